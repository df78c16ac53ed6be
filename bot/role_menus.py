"""The commands menu of a chat, by what its person may do there, in her language."""

from __future__ import annotations

from bot.locales import catalogue
from posyandu.access import NAMED, OFFICES, POST
from posyandu.people import Role
from storage.people import Known


def kinds(person: Known) -> list[str]:
    """The commands she has, most used first; each is a word that she may also type."""
    roles = person.scope.roles
    found = ["menu"]
    if roles & POST:
        found += ["timbang", "belum", "grafik"]
    elif roles & NAMED:
        found += ["belum", "grafik"]
    if roles & (NAMED | OFFICES | {Role.TPK}):
        found.append("rekap")
    if roles & NAMED:
        found.append("undangan")
    if Role.GUARDIAN in roles:
        found.append("anaksaya")
    return [*found, "bantuan", "batal"]


def menu_of(person: Known | None) -> str:
    """What tells one menu from another."""
    return "" if person is None else f"{person.language}:{','.join(kinds(person))}"


def commands_for(person: Known) -> list[tuple[str, str]]:
    """(command, description) pairs for Telegram's menu."""
    words = catalogue(person.language)
    return [(kind, words.say(f"commands.{kind}")) for kind in kinds(person)]
