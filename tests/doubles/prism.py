"""Prism in proxy mode before a fake of ours: it checks requests and answers by Twilio's own OpenAPI file.

Both come from npm as development dependencies (`npm ci`); see package.json for why these versions.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLI = ROOT / "node_modules/@stoplight/prism-cli/dist/index.js"
SPECS = ROOT / "node_modules/@twilio/cli-core/src/services/twilio-api"
API_SPEC = SPECS / "twilio_api_v2010.json"
CONTENT_SPEC = SPECS / "twilio_content_v1.json"
FORM = "application/x-www-form-urlencoded"
START_SECONDS = 120  # seconds when the machine has other work


def missing() -> str | None:
    """Why Prism cannot run here, in one line; None when it can."""
    if shutil.which("node") is None:
        return "Node is not on this machine: WhatsApp is not checked against Twilio's OpenAPI file"
    if not (CLI.exists() and API_SPEC.exists()):
        return "run `npm ci` first: WhatsApp is not checked against Twilio's OpenAPI file"
    return None


@contextmanager
def proxies(upstream: str, *specs: Path) -> Iterator[list[str]]:
    """One proxy per spec before the same upstream, started side by side; gives their addresses when all listen."""
    with tempfile.TemporaryDirectory() as folder:
        running = [_Proxy(_explicit(spec, Path(folder)), upstream) for spec in specs]
        try:
            for proxy in running:
                proxy.wait()
            yield [proxy.url for proxy in running]
        finally:
            for proxy in running:
                proxy.stop()


def _explicit(spec: Path, folder: Path) -> Path:
    """The same spec with two things said outright that Prism does not find in it.

    A list in a form is sent as its name once per item (OpenAPI's default; Prism takes a list of one for a string), and
    the address of the next page is relative, as in the file's own examples.
    """
    document = json.loads(spec.read_text())
    for path in document["paths"].values():
        form = path.get("post", {}).get("requestBody", {}).get("content", {}).get(FORM, {})
        fields = form.get("schema", {}).get("properties", {})
        form["encoding"] = {
            name: {"style": "form", "explode": True} for name, kind in fields.items() if kind.get("type") == "array"
        }
        for answer in path.get("get", {}).get("responses", {}).values():
            page = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("properties", {})
            for name, kind in page.items():
                if name.endswith("_page_uri"):
                    kind["format"] = "uri-reference"
    written = folder / spec.name
    written.write_text(json.dumps(document))
    return written


class _Proxy:
    """One Prism process; a thread reads what it says, so that its pipe never fills."""

    def __init__(self, spec: Path, upstream: str) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            ["node", str(CLI), "proxy", "--errors", "-h", "127.0.0.1", "-p", str(port), str(spec), upstream],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**os.environ, "NO_COLOR": "1"},
        )
        self.said: deque[str] = deque(maxlen=50)
        self.settled = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def wait(self) -> None:
        """Until it listens."""
        self.settled.wait(START_SECONDS)
        if not any("is listening" in line for line in self.said):
            raise RuntimeError("Prism did not start:\n" + "".join(self.said))

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=10)
        self.reader.join(timeout=10)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.said.append(line)
                if "is listening" in line:
                    self.settled.set()
        self.settled.set()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
