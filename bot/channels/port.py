"""What every channel is to the rest of the house: it hears `Heard`, shows a `Bubble`, and fails in named ways.

A person on a channel is an opaque `external_id`: never a phone number to be picked apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

Form = Literal["none", "buttons", "list", "numbers"]


@dataclass(frozen=True)
class Reach:
    """What a channel can show. `render` reads these figures and nothing else about a channel."""

    buttons: int  # most buttons under one bubble
    button_chars: int  # longest button title
    rows: int  # most rows of a list (0: the channel has no lists)
    row_chars: int  # longest row title
    text_chars: int  # longest bubble
    caption_chars: int  # longest text beside a picture or document; all lengths here in UTF-16 units
    documents: bool = True
    captions_on_documents: bool = True
    choice_chars: int = 0  # longest text above buttons or a list, where that is shorter than text_chars (0: it is not)
    choices_beside_media: bool = True  # buttons may hang under a picture or document
    stars: bool = True  # shows *words* as bold itself; False: the channel's adapter turns the stars into its own bold
    window_hours: int = 0  # free words may be sent only so long after a person's last message (0: always)
    brief: bool = False  # staff see a child's name and N or T here, the rest only when they ask for it


@dataclass(frozen=True)
class Choice:
    """One button or row. `id` is `<question digest>:<option>`, 64 bytes at most."""

    id: str
    title: str


@dataclass(frozen=True)
class Media:
    """A picture or document on its way out."""

    kind: Literal["image", "document"]
    filename: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Template:
    """An approved template for a message outside a channel's free window (WhatsApp)."""

    name: str
    language: str
    variables: dict[str, str]


@dataclass(frozen=True)
class Bubble:
    """One message as a channel shows it, already fitted to that channel's `Reach`."""

    text: str
    choices: tuple[Choice, ...] = ()
    form: Form = "none"
    list_button: str = ""  # the words on the button that opens a list
    media: Media | None = None


@dataclass(frozen=True)
class HeardFile:
    """A file a person sent: `ref` is what the channel needs to fetch it later, `data` when it came along."""

    kind: Literal["image", "document", "voice", "contact", "location", "sticker", "other"]
    ref: str
    filename: str = ""
    mime: str = ""
    size: int = 0
    data: bytes | None = None


@dataclass(frozen=True)
class Heard:
    """One thing said on a channel, before it is a row of the inbox.

    `message_id` is unique within the channel: the same twice is one message. An edit has an id of its own
    (the update's) and names the message it changes in `edits`. `raw` is the provider's payload as JSON text.
    Times are UTC epoch milliseconds. `event` is set for what is no message: "blocked", "unblocked", "status",
    and "unreadable" for an update that could not be read (kept whole in `raw`, for the operator to replay).
    """

    channel: str
    external_id: str
    message_id: str
    sent_at: int
    text: str = ""
    pick: str | None = None
    file: HeardFile | None = None
    edits: str | None = None
    event: str | None = None
    private: bool = True
    raw: str = "{}"
    profile: dict[str, str] = field(default_factory=dict)  # phone (E.164) or display name when the channel tells it


class Channel(Protocol):
    """A way out. Sends one bubble; returns the provider's id of the message."""

    name: str
    reach: Reach

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        """Send to the opaque id `to`. `ref` is our outbox id, for callbacks and logs.

        Raises one of the errors below and nothing else for what the provider or the network does.
        """
        ...

    def charged_as(self, template: Template | None) -> str | None:
        """What the provider charges such a message as ("service", "utility", "marketing"); None: nothing."""
        ...

    async def close(self) -> None: ...


class WebhookRefused(Exception):
    """A webhook that does not come from the provider (wrong secret or signature): answer 403 and store nothing."""


class ChannelError(Exception):
    """Something between us and the provider; the subclasses say what to do."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(ChannelError):
    """This person cannot be reached here (blocked, gone, never started): mark the address, do not retry."""


class Moved(ChannelError):
    """The address has a new id (Telegram chat migrated): store it and send once more."""

    def __init__(self, new_id: str) -> None:
        super().__init__("moved")
        self.new_id = new_id


class SlowDown(ChannelError):
    """The provider asks everyone on this channel to wait `seconds`; nothing was sent."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"retry after {seconds:g} s")
        self.seconds = seconds


class Later(ChannelError):
    """Not this message to this person now; in `seconds` perhaps. Others may go on."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason)
        self.seconds = seconds


class InDoubt(ChannelError):
    """The request left and no answer came: it may or may not have been sent."""


class NotSent(ChannelError):
    """Certainly not sent (refused connection, 5xx before acceptance): try again later."""


class Refused(ChannelError):
    """The provider will not take this message (our bug or its policy): fail it, do not retry."""


class NeedsTemplate(ChannelError):
    """Outside the free window and no template was given: send again with the template."""


class NoTemplate(ChannelError):
    """The template does not exist here, is not approved, or lacks a value: nothing was sent."""


class Misconfigured(ChannelError):
    """Wrong token, wrong sender: stop this channel and call the operator."""
