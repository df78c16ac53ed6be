"""Writes .env.example from bot/settings.py, so that the two say the same: python -m scripts.make_env_example"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from bot.settings import Settings

FILE = Path(__file__).parent.parent / ".env.example"
HEAD = """\
# Settings. Copy to .env and change what you need; what is left out or unchanged has the value shown here.
# The environment comes before this file. What each is for at length: docs/operating.md
"""


def example() -> str:
    """Every setting with its default, under one line that says what it is."""
    parts = [HEAD]
    for f in fields(Settings):
        secret = " Secret." if f.metadata["secret"] else ""
        value = f"{f.default:g}" if isinstance(f.default, float) else f.default
        parts.append(f"# {f.metadata['doc'].rstrip('.')}.{secret}\n{f.name}={value}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    FILE.write_text(example(), encoding="utf-8")
