"""The real program as a process of its own, on a demo book, to be talked to over its API and killed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_S = 240.0
MOMENTS = ("after_hear", "before_turn_commit", "after_turn_commit", "before_send", "after_send", "after_sent_commit")


class Program:
    """`posyandu-bot run`, started again whenever it has been killed; each start takes its next KILL_AT from `plan`."""

    def __init__(self, folder: Path, url: str, plan: Iterable[str] = ()) -> None:
        self._folder, self._url, self._plan = folder, url, iter(plan)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None
        self.deaths = 0

    # -- life and death ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Up and answering; where it meets its moment while it settles what was left, up once more."""
        until = time.monotonic() + PATIENCE_S
        while True:
            if self._process is None:
                self._spawn(next(self._plan, ""))
                until = time.monotonic() + PATIENCE_S
            try:
                self._call("/emulator/api/people")
                return
            except OSError:
                self._bury()
                if time.monotonic() > until:
                    raise AssertionError(self.log()) from None
                time.sleep(0.02)

    def _spawn(self, kill_at: str) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "TWILIO_", "PUBLIC_"))}
        env |= {"DATABASE_URL": self._url, "PORT": str(self.port), "KILL_AT": kill_at, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "bot.cli", "run"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, env=env, stdout=log, stderr=log)

    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """SIGKILL, now; whoever talks to it finds it gone."""
        if self._process is not None:
            self._process.kill()

    def _bury(self, wait_s: float = 0.0) -> bool:
        """Is it dead? Then it was killed: anything else is a fault of its own."""
        if self._process is None:
            return True
        try:
            code = self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return False
        assert code == -signal.SIGKILL, self.log()
        self._process = None
        self.deaths += 1
        return True

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(30)
        self._process = None
        return code

    # -- talking, however often it dies meanwhile ----------------------------------------------------------------

    def insist(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """A call that is made again until it is answered; where the program has died, it is started again."""
        while True:
            try:
                return self._call(path, body)
            except urllib.error.HTTPError as error:
                raise AssertionError(f"{path}: {error.code} {error.read()!r}") from error
            except (OSError, http.client.HTTPException):
                # A killed process is not always seen as dead at the moment its connection breaks.
                if self._bury(0.3):
                    self.start()

    def say(self, key: str, message_id: str, *, times: int = 1, **body: Any) -> None:
        """One message, delivered so many times with the same id; each time until it is accepted."""
        for _ in range(times):
            self.insist(f"/emulator/api/people/{key}/messages", {"message_id": message_id, **body})

    def thread(self, key: str) -> list[dict[str, Any]]:
        """Everything on a phone once the house has come to rest."""
        return list(self.insist(f"/emulator/api/people/{key}/messages?wait=30"))

    def _call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.loads(answer.read())
