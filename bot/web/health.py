"""Is it well? For a watcher, without a word about anybody."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.house import House
from storage.sql import Sql, fixed
from storage.store import Tx
from storage.tables import incoming, outgoing

OLDEST_IN = Sql(select(func.min(incoming.c.arrived_at)).where(incoming.c.state == fixed("open")))
ASIDE = Sql(select(func.count()).select_from(incoming).where(incoming.c.state == fixed("set_aside")))
BY_STATE = Sql(select(outgoing.c.state, func.count().label("n")).group_by(outgoing.c.state).order_by(outgoing.c.state))
OLDEST_OUT = Sql(
    select(func.min(outgoing.c.at)).where(outgoing.c.state == fixed("ready"), outgoing.c.not_before <= bindparam("now"))
)


def figures(tx: Tx, now: int) -> dict[str, float]:
    """Name -> value, as the metrics page prints them."""
    heard, waiting = tx.value(OLDEST_IN), tx.value(OLDEST_OUT, now=now)
    out = {
        "posyandu_inbox_oldest_open_seconds": (now - heard) / 1000 if heard else 0.0,
        "posyandu_inbox_set_aside": float(tx.value(ASIDE)),
        "posyandu_outbox_oldest_due_seconds": (now - waiting) / 1000 if waiting else 0.0,
    }
    for row in tx.all(BY_STATE):
        out[f'posyandu_outbox_rows{{state="{row.state}"}}'] = float(row.n)
    return out


def routes(house: House) -> list[Route]:
    """/healthz and /metrics."""

    def healthz(request: Request) -> Response:
        now = house.clock.now()
        found = house.store.read(lambda tx: figures(tx, now))
        late = found["posyandu_inbox_oldest_open_seconds"] > 120
        body = {
            "ok": not late and not house.delivery.stopped,
            "oldest_open_message_s": found["posyandu_inbox_oldest_open_seconds"],
            "set_aside": found["posyandu_inbox_set_aside"],
            "in_doubt": found.get('posyandu_outbox_rows{state="in_doubt"}', 0.0),
            "stopped": sorted(house.delivery.stopped),  # channels that only the operator can mend
        }
        return JSONResponse(body, status_code=503 if late or body["stopped"] else 200)

    def metrics(request: Request) -> Response:
        now = house.clock.now()
        found = house.store.read(lambda tx: figures(tx, now))
        return PlainTextResponse("".join(f"{name} {value:g}\n" for name, value in found.items()))

    return [Route("/healthz", healthz), Route("/metrics", metrics)]
