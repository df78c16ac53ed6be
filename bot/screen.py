"""From what is to be said, as data in an outbox row, to words and choices in the reader's language.

A body is JSON: `says` (pairs of catalogue key and variables), `question`, `actions`, `media`, `resent`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.port import Bubble, Choice, Media, Reach
from bot.channels.render import fit, form_of
from bot.dialogue import Question
from bot.locales import Catalogue


def put(question: Question) -> dict[str, Any]:
    """A question as it goes to file with the outbox row that carries it."""
    return {
        "name": question.name,
        "of": question.of,
        "kind": question.kind,
        "subject": dict(question.subject),
        "options": [[o.id, o.label] for o in question.options],
        "listed": question.listed,
        "note": [question.note.code, dict(question.note.vars)] if question.note else None,
    }


def say_all(says: list[Any], words: Catalogue, *, brief: bool = False) -> list[str]:
    """Each say as a paragraph; "lines" joins several as one. `brief`: in the short form where there is one."""
    out = []
    for key, values in says:
        if key == "lines":
            out.append("\n".join(say_all(values["rows"], words, brief=brief)))
        else:
            out.append(words.say(f"brief.{key}" if brief and words.has(f"brief.{key}") else key, **values))
    return [said for said in out if said]


def shortened(says: list[Any], words: Catalogue) -> bool:
    """Has any of these a short form?"""
    return any(shortened(v["rows"], words) if key == "lines" else words.has(f"brief.{key}") for key, v in says)


def ask_text(question: Mapping[str, Any], words: Catalogue) -> str:
    """The note, if the question is shown again, then the question in its own words."""
    name, subject = question["name"], question["subject"]
    parts = []
    if question["note"] and question["kind"] != "doubt":
        code, values = question["note"]
        parts.append(words.first(f"{name}.notes.{code}", f"notes.{code}", **{**subject, **values}))
    if question["kind"] == "doubt":
        if question["note"] and question["note"][0] != subject["reason"]:
            parts.append(words.say("notes.doubt", **{"text": "", **question["note"][1]}))
        plain = name.rstrip("?")
        parts.append(words.first(f"{plain}.doubt.{subject['reason']}", f"doubt.{subject['reason']}", **subject))
    else:
        parts.append(words.say(name, **subject))
    if not question["listed"]:
        parts.append(words.say("hints.type_a_name"))
    return "\n\n".join(parts)


def choices(question: Mapping[str, Any], words: Catalogue) -> list[Choice]:
    """The options that stand on the screen, as buttons or rows."""
    options = question["options"]
    if not question["listed"]:
        options = [o for o in options if not o[1]]  # only the fixed ones, such as "not on the list"
    name = question["name"]
    return [Choice(f"{question['of']}:{i}", label or words.option_words(name, i)[0]) for i, label in options]


def bubbles(body: Mapping[str, Any], words: Catalogue, reach: Reach, media: Media | None) -> list[Bubble]:
    """The whole message as a channel can show it."""
    question = body.get("question")
    parts = [words.say("hints.resent")] if body.get("resent") else []
    says = list(body.get("says", ()))
    brief = reach.brief and not body.get("full") and shortened(says, words)
    parts += say_all(says, words, brief=brief)
    if brief:  # a staff picture shows what is left out here
        parts, media = [*parts, words.say("brief.more")], None
    options: list[Choice] = []
    if question:
        parts.append(ask_text(question, words))
        options = choices(question, words)
    actions = [Choice(i, words.say(key)) for i, key in body.get("actions", ())]
    more = words.say("hints.pick_row")
    text = "\n\n".join(p for p in parts if p)
    typed = question and (question["kind"] in ("value", "text") or not question["listed"])
    if typed and form_of(options, reach) == "numbers":
        # A number would be read as the value, or as a name: here the words are typed.
        labels = ", ".join(f"*{o.title}*" for o in options)
        text, options = f"{text}\n\n{words.say('hints.or_type', options=labels)}", []
    if actions and form_of([*options, *actions], reach) == "numbers":
        # Numbered rows answer the question; what acts by itself goes out as buttons of its own if there is room.
        if form_of(options, reach) == "numbers":
            numbered = fit(text, options, reach, None, "", more)
            text, options = numbered[-1].text if len(numbered) == 1 else text, []
        actions = actions[: max(0, reach.buttons - len(options))]
    return fit(text, [*options, *actions], reach, media, words.say("hints.list_button"), more)
