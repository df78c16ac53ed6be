"""Cut-offs and tables as data files, each with its source and version; read once."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def standard(name: str) -> dict[str, Any]:
    """The data file `<name>.toml`. Callers share it: do not change what you get."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
