"""How the choices of a bubble hang below it on Telegram: short titles side by side, numbers in rows of five."""

from __future__ import annotations

from bot.channels.port import Bubble, Choice

_ROW_CHARS = 24  # about what fits beside each other on a small phone
_ROW_BUTTONS = 3
_NUMBERS_ROW = 5
_NUMBERS_MOST = 40  # beyond that the keyboard would hide the talk: type the number or part of the name


def keyboard_rows(bubble: Bubble) -> list[list[Choice]]:
    """Rows of buttons, each with its title and the data it sends; no rows when nothing is to be tapped."""
    if bubble.form == "numbers":
        if len(bubble.choices) > _NUMBERS_MOST:
            return []
        numbers = [Choice(choice.id, str(number)) for number, choice in enumerate(bubble.choices, 1)]
        return [numbers[at : at + _NUMBERS_ROW] for at in range(0, len(numbers), _NUMBERS_ROW)]
    rows: list[list[Choice]] = []
    for choice in bubble.choices:
        row = rows[-1] if rows else None
        width = sum(len(other.title) for other in row or ()) + len(choice.title)
        if row and len(row) < _ROW_BUTTONS and width <= _ROW_CHARS:
            row.append(choice)
        else:
            rows.append([choice])
    return rows
