"""Named moments at which a rehearsal may kill the program. Nothing happens unless KILL_AT names one (demo only)."""

from __future__ import annotations

import os
import signal

_kill_at = ""
_passes = 0


def rehearse(name: str) -> None:
    """Die by SIGKILL at this moment; "name:3" at the third time it is passed."""
    global _kill_at, _passes
    _kill_at, _, count = name.partition(":")
    _passes = int(count or 1)


def moment(name: str) -> None:
    """Here the program may die in a rehearsal."""
    global _passes
    if _kill_at != name:
        return
    _passes -= 1
    if _passes <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
