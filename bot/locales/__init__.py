"""The words: one folder of TOML files per language, one file per subject, in the order of the conversation.

    words = catalogue("id")
    words.say("weighing.weight", child={"name": "Azzam"}, last=10900)

A text may hold `{name}`, `{grams:kg}`, `{mm:cm}`, `{on:date}`, `{rows:each weighing.row}`; see `bot.locales.forms`.
"""

from bot.locales.catalogue import Catalogue, catalogue, languages

__all__ = ["Catalogue", "catalogue", "languages"]
