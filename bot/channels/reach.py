"""What each channel can show, as data, each figure beside its source. `render` reads only these.

All lengths are UTF-16 units, the strictest way in which any of the providers counts.
"""

from __future__ import annotations

from dataclasses import replace

from bot.channels.port import Reach

# Bot API 10.1: text 4096, caption 1024, at most 100 inline buttons of any title. Ten one-line buttons fill a small
# phone; more than that reads better as a numbered list. About 40 characters fit on one line of a button.
TELEGRAM = Reach(buttons=10, button_chars=40, rows=0, row_chars=0, text_chars=4096, caption_chars=1024, stars=False)

# Twilio Content API: in a session 3 quick replies of 20, lists of 10 rows of 24 characters, 1024 above either of them;
# a plain body 1600. Documents carry no caption, and neither quick replies nor lists hang under a picture.
WHATSAPP = Reach(
    buttons=3,
    button_chars=20,
    rows=10,
    row_chars=24,
    text_chars=1600,
    caption_chars=1024,
    captions_on_documents=False,
    choice_chars=1024,
    choices_beside_media=False,
    window_hours=24,
    brief=True,
)

# The emulator is a web page of ours: it shows what Telegram shows, and makes *words* bold itself.
EMULATOR = replace(TELEGRAM, stars=True)

# A terminal has no buttons: every choice is a number.
TERMINAL = Reach(buttons=0, button_chars=0, rows=0, row_chars=0, text_chars=100_000, caption_chars=100_000)

REACH: dict[str, Reach] = {
    "telegram": TELEGRAM,
    "whatsapp": WHATSAPP,
    "emulator": EMULATOR,
    "terminal": TERMINAL,
}
