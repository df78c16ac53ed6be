"""From what is to be said to bubbles that a channel can show: buttons, a list or numbered lines, in pieces that fit.

The only place that decides on a form, and it decides by `Reach` alone. Numbers and names may be typed under every form;
that is the dialogue's business, not this module's.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.port import Bubble, Choice, Form, Media, Reach

# Where a long text may be cut, best first.
_BORDERS = ("\n\n", "\n", ". ", " ")


def fit(
    text: str,
    options: Sequence[Choice],
    reach: Reach,
    media: Media | None = None,
    list_button: str = "",
    more_hint: str = "",
) -> list[Bubble]:
    """One saying as one or more bubbles, in the order in which they are sent; options are on the last bubble only.

    `list_button` are the words on the button that opens a list; `more_hint` closes a numbered list ("type a number or
    part of a name"). A text too long for a caption follows its picture as a bubble of its own.
    Options without words or a picture above them are a mistake of the caller: ValueError.
    """
    form = form_of(options, reach)
    if form == "numbers":
        text = numbered(text, options, more_hint)
    if media and media.kind == "document" and not reach.documents:
        text, media = f"{text}\n[{media.filename}]".lstrip(), None
    pieces = split(text, reach.text_chars)
    tapped = form in ("buttons", "list")
    if tapped and reach.choice_chars:
        pieces[-1:] = split(pieces[-1], reach.choice_chars)
    if media and not _together(pieces, media, reach, tapped=tapped):
        return [Bubble("", media=media), *_bubbles(pieces, options, form, list_button)]
    return _bubbles(pieces, options, form, list_button, media)


def form_of(options: Sequence[Choice], reach: Reach) -> Form:
    """How these options are shown: titles that are cut off or look alike are worse than a numbered list."""
    if not options:
        return "none"
    longest = max(units(option.title) for option in options)
    distinct = len({option.title for option in options}) == len(options)
    if distinct and len(options) <= reach.buttons and longest <= reach.button_chars:
        return "buttons"
    if distinct and len(options) <= reach.rows and longest <= reach.row_chars:
        return "list"
    return "numbers"


def numbered(text: str, options: Sequence[Choice], more_hint: str = "") -> str:
    """The text with its options as lines "1. ...", counted from one, and the hint below."""
    lines = "\n".join(f"{number}. {option.title}" for number, option in enumerate(options, 1))
    return "\n\n".join(part for part in (text, lines, more_hint) if part)


def units(text: str) -> int:
    """Length in UTF-16 units: an emoji counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` UTF-16 units, cut at a paragraph, line, sentence or word where there is one."""
    pieces = []
    while units(text) > limit:
        head = text.encode("utf-16-le", "surrogatepass")[: limit * 2].decode("utf-16-le", "ignore")
        cut = _border(head, text[len(head) :])
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip("\n ")
    return [*pieces, text] if text or not pieces else pieces


def _border(head: str, rest: str) -> int:
    """Where to cut `head`: the last good border in its second half, so that no piece is a stump."""
    if rest[0] in "\n ":
        return len(head)
    for border in _BORDERS:
        at = head.rfind(border, len(head) // 2)
        if at > 0:
            return at + len(border)
    return len(head)


def _together(pieces: list[str], media: Media, reach: Reach, *, tapped: bool) -> bool:
    """Whether picture and words go out as one bubble."""
    if len(pieces) > 1 or (tapped and not reach.choices_beside_media):
        return False
    room = 0 if media.kind == "document" and not reach.captions_on_documents else reach.caption_chars
    return units(pieces[0]) <= room


def _bubbles(
    pieces: list[str], options: Sequence[Choice], form: Form, list_button: str, media: Media | None = None
) -> list[Bubble]:
    last = Bubble(pieces[-1], tuple(options), form, list_button if form == "list" else "", media)
    if options and not (last.text or media):
        raise ValueError("options need words above them")
    return [Bubble(piece) for piece in pieces[:-1] if piece] + ([last] if last.text or media else [])
