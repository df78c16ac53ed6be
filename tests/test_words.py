"""Words are complete in every language, and no word that frightens is anywhere a family reads.

The keys are read out of the source: every question a flow asks, every `say` of a handler, every button. A key made of
parts ("verdict.mark.{...}") is held to have words below its fixed beginning.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.question import AGAIN, CANCEL, CHANGE, NO, SAVE, SKIP, YES
from bot.flows import FLOWS
from bot.locales.catalogue import HERE, Catalogue, languages
from bot.locales.forms import FORMS
from posyandu.doubt import Reason

ROOT = Path(__file__).parents[1]
SPOKEN = [*ROOT.glob("bot/*.py"), *ROOT.glob("bot/handlers/*.py"), *ROOT.glob("scheduler/**/*.py")]
SPOKEN += ROOT.glob("bot/web/*.py")
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_?-]+)+")
BANNED = (
    "stunting", "pendek", "gizi buruk", "gizi kurang", "gizi lebih", "bgm", "garis merah", "kurus", "obesitas",
    "obese", "gagal", "bahaya", "z-score", "zscore", "2t", "kuning", "sangat kurang", "berat kurang", "rujuk",
    "malnutrisi", "kwashiorkor", "marasmus", "abnormal", "risiko", "kasus",
)  # fmt: skip
# Where families read: everything below these tables.
FAMILY = (
    "parent",
    "mychild",
    "keluarga",
    "day_answer",
    "eve",
    "family",
    "leaflets",
    "agree",
    "stop",
    "aid.invitation",
    "aid.thanks",
    "acara.invitation",
    "acara.answered_yes",
    "acara.you_are_in",
)
FAMILY_KEYS = re.compile(r"^(picture\.(family|ask_kader|here|none|next_day)|help\.wali|hints\.wali|files\.family)")

words = {language: Catalogue(language) for language in languages()}
KEYS = words["id"].keys()


ASKING = ("one", "maybe_one", "many", "text", "value", "yes", "confirm")


class Module:
    """The functions of one file of flows, and where its imported ones come from."""

    def __init__(self, name: str) -> None:
        tree = ast.parse((ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8"))
        self.name = name
        self.functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        self.imported = {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.flows.")
            for alias in node.names
        }


@cache
def module(name: str) -> Module:
    return Module(name)


def everything_called(where: str, name: str, seen: set[tuple[str, str]]) -> Iterator[ast.FunctionDef]:
    """A flow's function and every function of ours that it calls, so that shared questions are found under it."""
    here = module(where)
    if name in here.imported:
        where, name = here.imported[name]
        here = module(where)
    if (where, name) in seen or name not in here.functions:
        return
    seen.add((where, name))
    yield here.functions[name]
    for node in ast.walk(here.functions[name]):
        if isinstance(node, ast.Name):
            yield from everything_called(where, node.id, seen)


def asked(tree: ast.AST) -> Iterator[tuple[str, str, ast.Call]]:
    """(method, key, call) of every question in a flow's source."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and (node.func.value.id, node.func.attr) in {("ask", method) for method in ASKING}
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.func.attr, str(node.args[0].value), node


# Always handed over when the talk begins; asked by nobody.
HANDED = {"columns.job"}


def questions() -> Iterator[tuple[str, str, str, ast.Call]]:
    """(flow, method, key, call) of every question that a flow can ask."""
    for name, flow in FLOWS.items():
        for function in everything_called(flow.__module__, flow.__name__, set()):
            for method, key, call in asked(function):
                if f"{name}.{key}" not in HANDED:
                    yield name, method, key, call


QUESTIONS = list(questions())


def constant(call: ast.Call, name: str) -> object:
    found = next((k.value for k in call.keywords if k.arg == name), None)
    return ast.literal_eval(found) if isinstance(found, ast.Constant | ast.Tuple | ast.List) else found


def fixed_options(method: str, call: ast.Call) -> Iterator[str]:
    """The ids of the options that the catalogue must name."""
    if method == "yes":
        yield from (YES, NO)
    if method == "confirm":
        yield from (SAVE, CANCEL)
        if constant(call, "edit"):
            yield CHANGE
    if method in ("one", "many", "maybe_one") and len(call.args) > 1:
        with_options = call.args[1]
        if isinstance(with_options, ast.Tuple | ast.List):
            yield from (str(e.value) for e in with_options.elts if isinstance(e, ast.Constant))
    if method in ("value", "text") and constant(call, "skip") is True:
        yield SKIP
    quick = constant(call, "quick")
    if isinstance(quick, tuple | list):
        yield from map(str, quick)


@pytest.mark.parametrize("language", sorted(words))
def test_every_question_has_words(language: str) -> None:
    missing = []
    for flow, method, key, call in QUESTIONS:
        name = f"{flow}.{key}"
        if not words[language].has(name):
            missing.append(name)
        missing += [f"{name}: {o}" for o in fixed_options(method, call) if not words[language].option_words(name, o)]
        if method == "confirm" and (edit := constant(call, "edit")):
            change = f"{name}.change"
            missing += [] if words[language].has(change) else [change]
            missing += [f"{change}: {e}" for e in edit if not words[language].option_words(change, e)]  # type: ignore[union-attr]
    assert not missing


@pytest.mark.parametrize("language", sorted(words))
def test_every_doubt_can_be_spoken(language: str) -> None:
    found = words[language]
    assert not [r.value for r in Reason if not found.has(f"doubt.{r.value}")]
    assert found.option_words("any?", YES)
    assert found.option_words("any?", AGAIN)


def spoken(path: Path) -> Iterator[str]:
    """Texts in a source file that are keys of the catalogue; one that ends in "*" is the beginning of several."""
    tables = {key.partition(".")[0] for key in KEYS}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) > 1 and isinstance(node.elts[1], ast.Dict):
            first = node.elts[0]
            if isinstance(first, ast.Constant) and re.fullmatch(r"[a-z_]+(\.\w+)*", str(first.value)):
                yield str(first.value)
        elif isinstance(node, ast.JoinedStr) and len(node.values) > 1 and isinstance(node.values[0], ast.Constant):
            start = str(node.values[0].value)
            if re.fullmatch(r"[a-z][a-z_]*\.[a-z_.]*", start) and start.partition(".")[0] in tables:
                yield f"{start}*"
        elif isinstance(node, ast.Constant) and id(node) not in parts and KEY.fullmatch(str(node.value)):
            yield from [str(node.value)] if str(node.value).partition(".")[0] in tables else []


def has_words(found: Catalogue, key: str) -> bool:
    if key.endswith("*"):
        return any(k.startswith(key[:-1]) for k in found.keys())  # noqa: SIM118 - a method of ours
    return found.has(key) or bool(found.below(key))


@pytest.mark.parametrize("language", sorted(words))
def test_everything_said_has_words(language: str) -> None:
    missing = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in SPOKEN
        for key in spoken(path)
        if key != "lines" and not has_words(words[language], key) and not _is_no_key(key)
    }
    assert not missing


def _is_no_key(key: str) -> bool:
    """Names of files, modules and settings that look like keys."""
    return bool(re.search(r"\.(py|toml|csv|xlsx?|json|html|db|png|on|id|offset_ms|made)$", key)) or key == "demo.made"


def test_every_language_has_the_same_words() -> None:
    own = KEYS
    for language, found in words.items():
        assert not own - found.keys(), f"no words in {language}"
        assert not found.keys() - own, f"words in {language} only"


FIELD = re.compile(r"\{(\w+)(?:\[\w+\])*(?::([^{}]*))?\}")


def misspelt(found: Catalogue, text: str) -> Iterator[str]:
    """Forms in a text that are none, and rows and tables that have no words."""
    for _, form in FIELD.findall(text):
        how, _, key = form.partition(" ")
        if how in ("each", "inline") and key:
            if not found.has(key) and not has_words(found, f"{key}_*"):
                yield f"no words for {form}"
        elif how == "say" and key:
            if not found.below(key):
                yield f"no table for {form}"
        elif form not in ("", "said") and form not in FORMS and not re.fullmatch(r"[<>^]?\d*(\.\d+)?[a-z]?", form):
            yield f"no form {form}"


@pytest.mark.parametrize("language", sorted(words))
def test_no_key_stands_in_two_files(language: str) -> None:
    """The files are put together: of two texts under one key the later one would be said, silently."""
    seen: dict[str, str] = {}
    twice = []
    for file in sorted((HERE / language).glob("*.toml")):
        for key in _leaves(tomllib.loads(file.read_text(encoding="utf-8"))):
            twice += [f"{key}: {seen[key]}, {file.name}"] if key in seen else []
            seen[key] = file.name
    assert twice == []


def _leaves(table: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def test_no_form_is_misspelt() -> None:
    """A form that does not exist would break in the middle of a talk."""
    wrong = []
    for language, found in words.items():
        for key in sorted(found.keys()):
            text = found.find(key)
            for piece in text if isinstance(text, list) else [text]:
                wrong += [f"{language} {key}: {why}" for why in misspelt(found, str(piece))]
    assert not wrong


def family_texts() -> Iterator[tuple[str, str]]:
    found = words["id"]
    for key in sorted(KEYS):
        if any(key == f or key.startswith(f"{f}.") for f in FAMILY) or FAMILY_KEYS.match(key):
            text = found.find(key)
            for piece in text if isinstance(text, list) else [text]:
                yield key, str(piece)


def test_no_word_that_frightens_reaches_a_family() -> None:
    texts = list(family_texts())
    assert len(texts) > 20
    found = [
        f"{key}: {word}"
        for key, text in texts
        for word in BANNED
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    ]
    assert not found


def test_no_text_is_longer_than_a_small_screen() -> None:
    """What is read between two children: a text of the catalogue stays under 600 letters, a button under 24."""
    found = words["id"]
    long = [key for key in KEYS if isinstance(found.find(key), str) and len(found.find(key)) > 600]
    assert not long
    for key in KEYS:
        text = found.find(key)
        if ".options." in key or key.startswith(("options.", "actions.")):
            label = text[0] if isinstance(text, list) else text
            assert len(label) <= 24, f"{key}: {label}"


def test_no_template_for_families_frightens() -> None:
    templates = tomllib.loads((ROOT / "bot/channels/templates.toml").read_text(encoding="utf-8"))["template"]
    bodies = {t["name"]: t["body"] for t in templates if not t["name"].endswith(("_staff", "_kader"))}
    assert len(bodies) >= 4
    found = [f"{n}: {w}" for n, body in bodies.items() for w in BANNED if re.search(rf"(?<!\w){w}(?!\w)", body, re.I)]
    assert not found
