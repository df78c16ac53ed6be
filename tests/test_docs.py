"""What the documents say is true: paths exist, words are explained, settings and commands are the program's own."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot import cli
from bot.settings import Settings, load
from posyandu.people import Role
from scripts.make_env_example import example

ROOT = Path(__file__).parent.parent
DOCS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
IDS = [str(d.relative_to(ROOT)) for d in DOCS]
MADE_WHEN_RUN = ("data/", ".venv/", ".env")  # they are not in git
LETTERS = ("S", "K", "D", "N", "T", "O", "B", "2T", "BGM", "SKDN", "KBM", "KMS", "KIA")
TERMS = ("posyandu", "puskesmas", "kader", "bidan", "nakes", "meja 5", "kasus", "catatan meja 5", "daftar kunjungan")
TERMS += ("sampaikan langsung", "siaran", "hari buka", "LiLA", "PB", "TB", "BB", "PMT", "rujuk", "segera", "area")
HOUSE = ("inbox", "outbox", "turn", "flow", "command", "handler", "scope", "visit", "verdict", "channel", "session")
HOUSE += ("question", "answer", "seed", "reach", "bubble", "delivery", "tick", "catalogue", "access", "rules", "demo")
ROLES = {"tp_pkk": "TP PKK", "tp_posyandu": "TP Posyandu", "kpm": "KPM", "tpk": "TPK", "plkb": "PLKB", "tpg": "TPG"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def entries() -> dict[str, str]:
    """The glossary: each word with what is said of it."""
    found = re.findall(r"^\*\*(.+?)\*\* (.+?)(?=\n\n|\Z)", text_of("docs/words.md"), re.MULTILINE | re.DOTALL)
    return dict(found)


# -- paths ---------------------------------------------------------------------------------------------------------


def quoted_paths(text: str) -> list[str]:
    """What stands in backticks and looks like a file or folder of this project."""
    top = {p.name for p in ROOT.iterdir()}
    words = [w for quoted in re.findall(r"`([^`\n]+)`", text) for w in quoted.split()]
    paths = [w.split("::")[0].rstrip(".,:;") for w in words if re.fullmatch(r"[\w.*/:-]+", w)]
    return [p for p in paths if p in top or ("/" in p.rstrip("/") and p.split("/")[0] in top)]


@pytest.mark.parametrize("doc", DOCS, ids=IDS)
def test_every_path_named_in_a_document_exists(doc: Path) -> None:
    text = doc.read_text(encoding="utf-8")
    named = [p for p in quoted_paths(text) if not p.startswith(MADE_WHEN_RUN)]
    assert [p for p in named if not list(ROOT.glob(p.rstrip("/")))] == []
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (doc.parent / link).exists()] == []


def test_every_document_that_code_points_to_exists() -> None:
    pointed = set()
    for folder in ("bot", "posyandu", "storage", "scheduler", "tests", "benchmarks", "scripts"):
        for path in (ROOT / folder).rglob("*.py"):
            pointed |= {(p, path.name) for p in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))}
    assert {(p, by) for p, by in pointed if not (ROOT / p).is_file()} == set()


def test_the_readme_points_to_every_document() -> None:
    readme = text_of("README.md")
    mentioned = [d for d in (ROOT / "docs").glob("*.md") if f"docs/{d.name}" not in readme]
    assert mentioned == []


# -- words ---------------------------------------------------------------------------------------------------------


def test_the_glossary_has_every_national_term_and_every_word_of_the_house() -> None:
    missing = [w for w in (*LETTERS, *TERMS, *HOUSE) if w not in entries()]
    assert missing == []


def test_the_glossary_has_every_role() -> None:
    assert [r for r in Role if ROLES.get(r.value, r.value) not in entries()] == []


def test_every_word_says_what_not_to_call_it() -> None:
    assert len(entries()) > 70
    assert [word for word, said in entries().items() if "\n*Avoid*: " not in said] == []


def test_no_word_stands_twice() -> None:
    words = re.findall(r"^\*\*(.+?)\*\* ", text_of("docs/words.md"), re.MULTILINE)
    assert len(words) == len(set(words))


# -- settings and commands -----------------------------------------------------------------------------------------


def test_env_example_is_the_list_of_settings() -> None:
    assert text_of(".env.example") == example(), "write it anew: python -m scripts.make_env_example"


def test_env_example_as_it_stands_is_the_default(tmp_path: Path) -> None:
    env = tmp_path / "copied.env"
    env.write_text(text_of(".env.example"), encoding="utf-8")
    assert load({}, env) == Settings()


def test_operating_explains_every_setting() -> None:
    operating = text_of("docs/operating.md")
    assert [f.name for f in fields(Settings) if f"`{f.name}`" not in operating] == []


def code_of(doc: Path) -> str:
    """What a document shows as code, inline or in blocks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", doc.read_text(encoding="utf-8"), re.DOTALL))


@pytest.mark.parametrize("doc", DOCS, ids=IDS)
def test_every_command_named_in_a_document_is_one(doc: Path) -> None:
    parser = cli._parser()
    known = {name for a in parser._actions if isinstance(a, argparse._SubParsersAction) for name in a.choices}
    assert set(re.findall(r"posyandu-bot ([a-z]+)", code_of(doc))) - known == set()


@pytest.mark.parametrize("doc", DOCS, ids=IDS)
def test_every_make_target_named_in_a_document_is_one(doc: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", code_of(doc))) - targets == set()


# -- changes and decisions -----------------------------------------------------------------------------------------


def test_the_changelog_has_a_place_for_what_is_not_released() -> None:
    assert re.search(r"^## Unreleased$", text_of("CHANGELOG.md"), re.MULTILINE)


def test_decisions_are_numbered_short_and_whole() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [d.name[:4] for d in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    for decision in decisions:
        text = decision.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Rejected"]
        assert text.startswith(f"# {decision.name[:4]} ")
        assert len(text.splitlines()) <= 40, decision.name
