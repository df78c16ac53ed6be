"""Database failures that pass by themselves: a deadlock, a lost connection, a full disk. The work is tried again."""

from __future__ import annotations

import sqlite3

import psycopg

_PASSING = ("locked", "busy", "full", "disk i/o")


def met(error: BaseException) -> bool:
    """True: another transaction has just written the same row; read anew, it is there and is taken into account."""
    return isinstance(error, psycopg.errors.UniqueViolation)


def passing(error: BaseException) -> bool:
    """True: nothing is wrong with what was asked, so the same may be asked again."""
    if isinstance(error, psycopg.OperationalError):
        return True
    return isinstance(error, sqlite3.OperationalError) and any(word in str(error).lower() for word in _PASSING)
