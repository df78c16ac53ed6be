"""The tables of the book. Stored plainly so that both databases and the bare drivers agree:

instants are UTC epoch milliseconds (`*_at`), local dates ISO text (`on`, `birth`), months "YYYY-MM", yes/no 0/1,
weights whole grams, lengths whole millimetres, documents JSON text.
"""

from storage.tables.aid import *  # noqa: F403
from storage.tables.care import *  # noqa: F403
from storage.tables.children import *  # noqa: F403
from storage.tables.events import *  # noqa: F403
from storage.tables.kinds import metadata
from storage.tables.people import *  # noqa: F403
from storage.tables.places import *  # noqa: F403
from storage.tables.reminding import *  # noqa: F403
from storage.tables.sheets import *  # noqa: F403
from storage.tables.siaran import *  # noqa: F403
from storage.tables.talk import *  # noqa: F403

__all__ = ["metadata"]
