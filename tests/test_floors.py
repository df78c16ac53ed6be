"""The house keeps its floors: every file's imports, size and name are read, and a breach fails with its place."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("posyandu", "bot", "storage", "scheduler")
TOP = ("bot.app", "bot.cli", "bot.web")  # may know everything; nobody below imports them
# What a command does, in files of their own: doors as bot.cli is, imported by it alone.
DOORS = ("bot.inviting", "bot.setting_up", "bot.terminal", "bot.whatsapp_desk")
CLOCKS = {"now", "today", "utcnow"}  # of datetime and date


ANY = ("*",)


@dataclass(frozen=True)
class Floor:
    """What one part of the house may import, of ours and of others' packages, and what it may ask.

    `clock`: it may ask what time it is. `waits`: it may import asyncio and time.
    """

    ours: tuple[str, ...]
    others: tuple[str, ...] = ()
    clock: bool = False
    waits: bool = False


# The longest name that fits a module is its floor.
FLOORS = {
    "posyandu": Floor(("posyandu",)),
    "bot.dialogue": Floor(("bot.dialogue",)),
    "bot.locales": Floor(("bot.locales",)),
    "bot.settings": Floor(()),
    "bot.flows": Floor(("bot.flows", "bot.dialogue", "posyandu")),
    "bot.handlers": Floor(("bot.handlers", "bot.locales", "posyandu", "storage"), ("sqlalchemy",)),
    "bot.channels": Floor(("bot.channels", "bot.dialogue"), ANY, clock=True, waits=True),
    "bot.pictures": Floor(("bot.pictures", "bot.locales", "posyandu"), ("PIL", "segno")),
    "bot.sheets": Floor(("bot.sheets", "bot.locales", "posyandu"), ANY),
    "storage": Floor(("storage", "posyandu"), ANY, waits=True),
    "scheduler": Floor(("scheduler", "storage", "posyandu", "bot.locales"), ("apscheduler", "sqlalchemy"), True, True),
    "bot": Floor(OURS, ANY, clock=True, waits=True),
}
# A package that only one place may know, so that it can be replaced there.
ONE_FILE = ("telegram", "twilio")
ONE_PLACE = {"numpy": "bot.sheets"}
WAITING = ("asyncio", "time", "sched")
NAMELESS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}
MOST_LINES = 350
GENERATED = ("storage/migrations/versions/",)


@dataclass(frozen=True)
class Import:
    """`module` as it is written in `path`."""

    path: str
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.module}"


@cache
def files(*patterns: str) -> tuple[str, ...]:
    """The files of the project: those in git, and new ones that git would not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the project is not known")
    return tuple(sorted({f for f in listed.stdout.splitlines() if (ROOT / f).is_file()}))


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@cache
def tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), path)


@cache
def product() -> tuple[str, ...]:
    return tuple(f for f in files("*.py") if f.split("/")[0] in OURS)


@cache
def imports() -> tuple[Import, ...]:
    found = []
    for path in product():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                found += [Import(path, node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [Import(path, node.lineno, name) for name in _from(node, path)]
    return tuple(found)


def _from(node: ast.ImportFrom, path: str) -> list[str]:
    """`from bot import app` imports bot.app; `from posyandu.kms import verdict` imports posyandu.kms."""
    module = node.module or ""
    if node.level:
        here = module_of(path).split(".")
        package = here if path.endswith("__init__.py") else here[:-1]
        module = ".".join([*package[: len(package) - node.level + 1], *([module] if module else [])])
    inside = [f"{module}.{alias.name}" for alias in node.names]
    known = {module_of(p) for p in product()}
    return [name if name in known else module for name in inside]


def floor_of(module: str) -> Floor:
    return FLOORS[max((name for name in FLOORS if is_in(module, name)), key=len)]


def breach(found: Import) -> str | None:
    """Why this import is none that its floor may make, or None."""
    module = module_of(found.path)
    floor, package = floor_of(module), found.module.split(".")[0]
    if package in sys.stdlib_module_names:
        return "this floor does not wait" if package in WAITING and not floor.waits else None
    if package not in OURS:
        return None if floor.others == ANY or package in floor.others else "no such package on this floor"
    if not any(is_in(found.module, name) for name in floor.ours):
        return "another floor"
    return "nobody below the top imports the top" if _is_top(found.module) and not _is_top(module) else None


def _is_top(module: str) -> bool:
    """bot.cli and bot.cli_export are the same top."""
    return any(is_in(module, name) or module.startswith(f"{name}_") for name in (*TOP, *DOORS))


def test_every_import_stays_on_its_floor() -> None:
    assert len(product()) > 30
    wrong = {f"{found}: {why}" for found in imports() if (why := breach(found))}
    assert wrong == set()


def test_the_reading_of_imports_would_notice() -> None:
    """The table is only worth something if it refuses."""

    def refused(path: str, module: str) -> bool:
        return breach(Import(path, 1, module)) is not None

    assert refused("posyandu/kms.py", "sqlalchemy")
    assert refused("posyandu/kms.py", "bot.dialogue")
    assert refused("posyandu/kms.py", "time")
    assert refused("bot/dialogue/ask.py", "posyandu.entry")
    assert refused("bot/locales/catalogue.py", "posyandu")
    assert refused("bot/flows/weighing.py", "storage.book")
    assert refused("bot/flows/weighing.py", "asyncio")
    assert refused("bot/handlers/weighing.py", "bot.channels.port")
    assert refused("bot/channels/telegram.py", "storage.inbox")
    assert refused("storage/book.py", "bot.locales")
    assert refused("scheduler/clock.py", "bot.turns")
    assert refused("bot/turns.py", "bot.app")
    assert refused("bot/delivery.py", "bot.web.health")
    assert not refused("bot/cli_export.py", "bot.app")
    assert not refused("bot/web/app.py", "bot.app")
    assert not refused("scheduler/clock.py", "bot.locales")


@pytest.mark.parametrize("package", ONE_FILE)
def test_a_providers_package_is_known_in_one_file(package: str) -> None:
    knowing = {found.path for found in imports() if found.module.split(".")[0] == package}
    assert len(knowing) <= 1, knowing


@pytest.mark.parametrize("package", ONE_PLACE)
def test_a_package_is_known_in_its_own_place_only(package: str) -> None:
    knowing = {found.path for found in imports() if found.module.split(".")[0] == package}
    assert {path for path in knowing if not is_in(module_of(path), ONE_PLACE[package])} == set()


def test_rules_flows_and_handlers_never_ask_a_clock() -> None:
    """They take moments as arguments: that is why a month can be rehearsed in seconds."""
    wrong = []
    for path in product():
        if floor_of(module_of(path)).clock:
            continue
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Attribute) and node.attr in CLOCKS and isinstance(node.value, ast.Name)):
                continue
            if node.value.id in ("datetime", "date", "dt"):
                wrong.append(f"{path}:{node.lineno} asks {node.value.id}.{node.attr}")
    assert wrong == []


def test_nothing_is_imported_by_the_back_door() -> None:
    wrong = []
    for path in product():
        for node in ast.walk(tree(path)):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name in ("import_module", "__import__") and not _is_top(module_of(path)):
                wrong.append(f"{path}:{node.lineno}")
    assert wrong == []


def test_a_file_is_read_in_one_sitting() -> None:
    long = {}
    for path in files("*.py", "*.js", "*.css", "*.html"):
        lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES and not path.startswith(GENERATED):
            long[path] = lines
    assert long == {}


def test_every_module_has_a_name_of_its_own() -> None:
    nameless = [f for f in files("*.py") if NAMELESS & set(f.removesuffix(".py").split("/"))]
    assert nameless == [], "if it has no name of its own it belongs to its only caller"


def test_every_module_says_what_it_is() -> None:
    silent = [p for p in product() if tree(p).body and ast.get_docstring(tree(p)) is None]
    assert [p for p in silent if not p.startswith(GENERATED)] == []


# Written in two halves, so that this file does not find itself.
NOT_OURS = [
    "/wo" "rk/",
    "/ro" "ot/",
    "/tm" "p/",
    "/opt/" "wheels",
    "../sha" "red",
    "/.lib" "rary",
    "py" "pi.org",
    "python" "hosted.org",
    "registry.npm" "js.org",
    "deb.deb" "ian.org",
    "find_" "repos",
    "find_" "string",
]  # fmt: skip


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine() -> None:
    """A clone must work anywhere: nothing may point to where it was written."""
    found = defaultdict(list)
    for path in files():
        data = (ROOT / path).read_bytes()
        for word in NOT_OURS:
            if word.encode() in data:
                found[path].append(word)
    assert dict(found) == {}
