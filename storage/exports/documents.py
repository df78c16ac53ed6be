"""JSON for other systems, written as it is made: one item a line, the same items the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Document:
    """One JSON value: `head` with the items under `key`. `items` is read once."""

    head: Mapping[str, Any]
    key: str
    items: Iterator[Mapping[str, Any]]


def line(item: Mapping[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_json(path: Path, document: Document) -> int:
    """The whole of it; how many items are in it. Without any there is no list: FHIR knows no empty one."""
    done = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(line(document.head)[:-1])
        begin = f"{',' if document.head else ''}{json.dumps(document.key)}:["
        for done, item in enumerate(document.items, 1):
            file.write(f"{begin if done == 1 else ','}\n{line(item)}")
        file.write("\n]}\n" if done else "}\n")
    return done


def write_ndjson(path: Path, document: Document) -> int:
    """Every item a JSON value on a line of its own, nothing around them; how many."""
    done = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for item in document.items:
            file.write(f"{line(item)}\n")
            done += 1
    return done
