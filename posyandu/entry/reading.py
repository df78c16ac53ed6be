"""What a typed line was understood to say."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from posyandu.anthropometry import Position
from posyandu.doubt import Doubt


class Kind(StrEnum):
    """What the bot does with a line."""

    OK = "ok"  # measures of one child, believed
    STATUS = "status"  # the attendance of one child
    ASK = "ask"  # one question first; nothing is stored
    REJECT = "reject"  # not about a measure; at most a hint


class Status(StrEnum):
    """Why a child was not measured, by the register's words. A reason goes before plain absence."""

    DIED = "meninggal"  # always asked once more
    MOVED = "pindah"
    ILL = "sakit"
    AWAY = "pergi"
    REFUSED = "tidak_mau"
    FIVE = "lulus"
    ABSENT = "tidak_hadir"


class Why(StrEnum):
    """The reason of a kind; the words that users read belong to whoever shows it."""

    # ok, status
    MEASURED = "measured"
    SAID = "said"
    LISTED = "listed"  # named under a heading
    # ask: who
    NO_CHILD = "no_child"
    UNKNOWN_CHILD = "unknown_child"
    WHICH_CHILD = "which_child"
    TWO_CHILDREN = "two_children"
    OTHER_NAME = "other_name"  # "Azzam Pratama": a part fits, another part fits nobody
    VISITOR = "visitor"
    BAD_CODE = "bad_code"
    MOTHER = "mother"  # the mother, RT, age, sex or birth date said is not this child's
    RT = "rt"
    AGE = "age"
    SEX = "sex"
    BIRTH = "birth"
    # ask: what
    NO_VALUE = "no_value"
    MISSING_VALUE = "missing_value"  # "bb 11,2 tb"
    NUMBER = "number"  # a number that cannot be read for certain
    ONE_NUMBER = "one_number"  # one bare number
    EXTRA_NUMBER = "extra_number"
    TWO_VALUES = "two_values"
    UNIT = "unit"  # label and unit, or unit and number, do not fit
    SWAPPED = "swapped"
    DOUBTFUL = "doubtful"  # see `doubts`
    PAST = "past"  # last month's values, or another day's
    DATE = "date"
    FUTURE = "future"
    # ask: how it was said
    HEDGED = "hedged"
    CORRECTION = "correction"
    PLAN = "plan"
    EXAMPLE = "example"
    NEGATED = "negated"
    QUESTION = "question"
    DEATH = "death"
    STATUS_UNCLEAR = "status_unclear"
    NOT_YET = "not_yet"  # "belum datang": absent, or still to come?
    # reject
    EMPTY = "empty"
    TALK = "talk"
    RECAP = "recap"
    HEADING = "heading"
    CLOSING = "closing"
    TOO_LONG = "too_long"
    CONTINUED = "continued"  # belongs to the line above
    SAME_AGAIN = "same_again"


@dataclass(frozen=True, slots=True)
class Heard:
    """Measures as read: whole grams and millimetres; the position only when said in words. For an `ask` they are what
    the question shows, never to be stored without an answer."""

    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    muac_mm: int | None = None
    position: Position | None = None

    def __bool__(self) -> bool:
        return any(v is not None for v in (self.weight_g, self.height_mm, self.head_mm, self.muac_mm))


NOTHING_HEARD = Heard()


@dataclass(frozen=True, slots=True)
class Extras:
    """What else was said; None where it was not. vita is "red" or "blue"."""

    oedema: bool | None = None
    vita: str | None = None
    asi: bool | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One line read. `child` is an id of the roster, given when the name is clear, also for a question; the measures
    are None unless the kind is ok; `heard` holds them for a question; `candidates` are ids for its buttons (four);
    `typed` is what was typed as a name; `said_on` the day the line names."""

    kind: Kind
    why: Why
    detail: str = ""
    child: str | None = None
    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    muac_mm: int | None = None
    position: Position | None = None
    status: Status | None = None
    said_on: date | None = None
    extras: Extras = Extras()
    heard: Heard = NOTHING_HEARD
    doubts: tuple[Doubt, ...] = ()
    candidates: tuple[str, ...] = ()
    typed: str = ""
