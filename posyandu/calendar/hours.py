"""Instants and local time in Indonesia's three zones, and the hours in which one may write to a person.

No zone of Indonesia has summer time, but everything is reckoned from the local date, so one that had would work too.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# The three zones by their Indonesian names.
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_NAMES = {zone: name for name, zone in ZONES.items()} | {"Asia/Pontianak": "WIB", "Asia/Ujung_Pandang": "WITA"}

# Minutes after local midnight between which one may write unasked: from the first (included) to the last (not).
HOURS = (8 * 60, 19 * 60)
DIGEST = 15 * 60 + 30  # minutes after local midnight: an officer's one message of the day, when the posyandu is over


def _zone(zone: str) -> ZoneInfo:
    return ZoneInfo(ZONES.get(zone, zone))


def zone_name(zone: str) -> str:
    """ "Asia/Makassar" -> "WITA"; a zone outside Indonesia is named as it is."""
    return _NAMES.get(zone, zone)


def local(ms: int, zone: str) -> datetime:
    """The local date and time of an instant (UTC epoch ms) in a zone ("Asia/Jakarta" or "WIB").

    Raises zoneinfo.ZoneInfoNotFoundError for a zone that does not exist."""
    return datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000).astimezone(_zone(zone))


def instant(on: date, minutes: int, zone: str) -> int:
    """The instant (UTC epoch ms) of a local date and minutes after its midnight; from 1440 on they run into the next
    day."""
    wall = datetime.combine(on, time()) + timedelta(minutes=minutes)
    return round(wall.replace(tzinfo=_zone(zone)).timestamp() * 1000)


def allowed(ms: int, zone: str, window: tuple[int, int] = HOURS) -> bool:
    """Whether one may write unasked at this instant to someone in this zone."""
    at = local(ms, zone)
    return window[0] <= at.hour * 60 + at.minute < window[1]


def next_allowed(ms: int, zone: str, window: tuple[int, int] = HOURS) -> int:
    """This instant if one may write then, else the next opening of the window."""
    if allowed(ms, zone, window):
        return ms
    at = local(ms, zone)
    today = at.date()
    late = at.hour * 60 + at.minute >= window[0]
    return instant(today + timedelta(days=1) if late else today, window[0], zone)
