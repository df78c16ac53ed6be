"""A throw-away PostgreSQL cluster from the server programs on the machine; as root it runs as user postgres."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, newest version first; None when this machine has none."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: int(p.split("/")[4]), reverse=True)
    if found:
        return Path(found[0]).parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _as_postgres(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _run(command: list[str]) -> None:
    subprocess.run(_as_postgres(command), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")


class Server(str):
    """A running server by its address without a database name ("postgresql://postgres@127.0.0.1:port")."""

    __slots__ = ("restart",)
    restart: Callable[[], None]  # every connection is cut; it is back in a moment


@contextmanager
def cluster(more: str = "") -> Iterator[Server]:
    """A server of our own, gone at the end. `more`: options of its own."""
    programs = server_programs()
    if programs is None:
        raise LookupError("no PostgreSQL server programs on this machine (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="posyandu-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    _run([str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c shared_buffers=64MB -c max_connections=80 {more}"
    _run([str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"])
    try:
        server = Server(f"postgresql://postgres@127.0.0.1:{port}")
        again = ["-D", str(data), "-w", "-m", "fast", "-l", str(folder / "log"), "-o", options, "restart"]
        server.restart = lambda: _run([str(programs / "pg_ctl"), *again])
        yield server
    finally:
        _run([str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)
