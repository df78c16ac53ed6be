"""Processes of the house that are killed somewhere and started again, for the proof of reminders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from storage.sql import Sql, fixed
from storage.store import Store
from storage.tables import outgoing
from tests.parts import ROOT

UNDER_WAY = Sql(
    select(outgoing.c.channel, func.count().label("n"))
    .where(outgoing.c.state == fixed("sending"))
    .group_by(outgoing.c.channel)
)


class Processes:
    """One or two processes of the house, each killed somewhere and started again."""

    def __init__(self, url: str, log: Path, count: int, kills_within: int, store: Store, brisk: bool) -> None:
        self._url, self._log, self._within, self._store = url, log, kills_within, store
        self._brisk = brisk
        self.kills = 0
        self.doubts: list[int] = []  # rows on their way on one channel when a process was killed: the most of them
        self.seed = 0
        self._running = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[str]:
        self.seed += 1
        command = [sys.executable, "-m", "tests.slow.one_process", self._url, str(self._log), str(self.seed)]
        return subprocess.Popen(
            [*command, str(self._within), *(["brisk"] if self._brisk else [])],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def at(self, now: int) -> None:
        """All of them do what is due; who is killed meanwhile is started again and goes on."""
        for process in self._running:
            self._tell(process, now)
        for number, process in enumerate(self._running):
            while process.stdout is None or process.stdout.readline().strip() != "done":
                assert process.wait() == -9, f"the program ended by itself with {process.returncode}"
                self.kills += 1
                under_way = self._store.read(lambda tx: tx.all(UNDER_WAY))
                self.doubts.append(max((r.n for r in under_way), default=0))
                process = self._running[number] = self._start()
                self._tell(process, now)

    def _tell(self, process: subprocess.Popen[str], now: int) -> None:
        assert process.stdin is not None
        try:
            process.stdin.write(f"{now}\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it was killed: `at` finds that out

    def stop(self) -> None:
        for process in self._running:
            if process.stdin is not None:
                process.stdin.close()
            process.wait()
