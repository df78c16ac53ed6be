"""Parts of a machine that some tests use. Where one is missing its tests are skipped, but in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doubles import postgres

ROOT = Path(__file__).parent.parent


def _chromium() -> Path | None:
    found = shutil.which("chromium")
    return Path(found) if found else None


def _node() -> Path | None:
    """Node with what `npm ci` installs from package.json."""
    found = shutil.which("node")
    return Path(found) if found and (ROOT / "node_modules").is_dir() else None


def _libreoffice() -> Path | None:
    found = shutil.which("soffice")
    return Path(found) if found else None


# name -> (finds the part or None, what brings it)
PARTS: dict[str, tuple[Callable[[], Path | None], str]] = {
    "postgres": (postgres.server_programs, "apt-get install postgresql"),
    "chromium": (_chromium, "apt-get install chromium"),
    "libreoffice": (_libreoffice, "apt-get install --no-install-recommends libreoffice-calc"),
    "node": (_node, "apt-get install nodejs npm && npm ci"),
}


def needs(part: str) -> Path:
    """Where the part is. Without it the test is skipped; with REQUIRE_PARTS=1, as in CI, it fails."""
    find, how = PARTS[part]
    found = find()
    if found is None:
        reason = f"{part} is not on this machine: {how}"
        if os.environ.get("REQUIRE_PARTS") == "1":
            pytest.fail(reason)
        pytest.skip(reason, allow_module_level=True)
    return found
