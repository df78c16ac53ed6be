"""Write the next migration from the difference between the tables and an up-to-date database.

.venv/bin/python scripts/make_migration.py "what changed"
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))
from storage.migrate import config
from storage.store import open_store

with tempfile.TemporaryDirectory() as folder:
    store = open_store(f"sqlite:///{folder}/book.db")
    settings = config(store)
    command.upgrade(settings, "head")
    number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1
    command.revision(settings, message=sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")
    store.close()
