"""Is it well? For a watcher, without a word about anybody."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.alarms import alarms
from bot.house import House
from storage.watching import Signs, look


def figures(signs: Signs, house: House) -> dict[str, float]:
    """Name -> value, as the metrics page prints them. `_total` counts in this process; the rest is of the book."""
    out = {
        "posyandu_inbox_open": float(signs.open),
        "posyandu_inbox_oldest_open_seconds": signs.open_s,
        "posyandu_inbox_set_aside": float(signs.aside),
        "posyandu_outbox_due": float(signs.due),
        "posyandu_outbox_oldest_due_seconds": signs.due_s,
        "posyandu_outbox_oldest_in_doubt_seconds": signs.in_doubt_s,
        "posyandu_turns_total": float(house.turns_done),
    }
    out |= {f'posyandu_outbox_rows{{state="{state}"}}': float(n) for state, n in sorted(signs.rows.items())}
    for name, rate in house.delivery.rates.items():
        out[f'posyandu_rate_allowed{{channel="{name}"}}'] = rate
    for (name, what), n in sorted(house.delivery.counts.items()):
        out[f'posyandu_{what}_total{{channel="{name}"}}'] = float(n)
    if house.store.has_jobs:
        out |= {f'posyandu_senders{{channel="{name}"}}': float(n) for name, n in signs.senders.items()}
        out |= {
            "posyandu_jobs_waiting": float(signs.jobs),
            "posyandu_jobs_oldest_seconds": signs.jobs_s,
            "posyandu_jobs_failed": float(signs.jobs_failed),
        }
    return out


def routes(house: House) -> list[Route]:
    """/healthz and /metrics."""

    def signs() -> Signs:
        now = house.clock.now()
        return house.store.read(lambda tx: look(tx, now, jobs=house.store.has_jobs))

    def healthz(request: Request) -> Response:
        found = signs()
        late = found.open_s > 120
        body = {
            "ok": not late and not house.delivery.stopped,
            "oldest_open_message_s": found.open_s,
            "set_aside": found.aside,
            "in_doubt": found.rows.get("in_doubt", 0),
            "stopped": sorted(house.delivery.stopped),  # channels that only the operator can mend
            "alarms": [key.removeprefix("alarm.") for key, _ in alarms(found, many=house.store.has_jobs)],
        }
        return JSONResponse(body, status_code=503 if late or body["stopped"] else 200)

    def metrics(request: Request) -> Response:
        return PlainTextResponse("".join(f"{name} {value:g}\n" for name, value in figures(signs(), house).items()))

    return [Route("/healthz", healthz), Route("/metrics", metrics)]
