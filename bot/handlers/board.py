"""The board of joining, and an invitation to forward for every posyandu where somebody has not come in yet."""

from __future__ import annotations

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.where import of_place
from posyandu.commands.board import ShowBoard
from storage import board

MOST = 15  # lines of a board in one message


def show(command: ShowBoard, desk: Desk) -> Outcome:
    """Counts by area and by channel; the invitations as a sheet."""
    place = {"code": command.area, "puskesmas_id": command.puskesmas_id, "posyandu_id": command.posyandu_id}
    if command.qr:
        return Outcome((("board.qr", {}),), media={"kind": "invitations_pdf", "now": desk.now, **place})
    if command.sheet:
        media = {"kind": "invitations", "now": desk.now, **place}
        return Outcome((("board.sheet", {}),), media=media)
    found = board.posyandu_lines(desk.tx, desk.now, **place)  # type: ignore[arg-type]
    lines = board.areas(desk.tx, found, command.area)
    if not lines:
        return Outcome((("board.empty", {}),))
    channels: dict[str, int] = {}
    for line in lines:
        for name, count in line.channels.items():
            channels[name] = channels.get(name, 0) + count
    rows = [
        {"name": line.name, "listed": line.listed, "joined": line.joined, "reachable": line.reachable,
         "opted_out": line.opted_out}
        for line in lines[:MOST]
    ]  # fmt: skip
    total = {key: sum(getattr(line, key) for line in lines) for key in ("listed", "joined", "reachable", "opted_out")}
    by = [{"channel": name, "count": count} for name, count in sorted(channels.items())]
    said: list[Say] = [("board.lines", {**total, "rows": rows})]
    if len(lines) > MOST:
        said.append(("board.more", {"count": len(lines) - MOST}))
    if by:
        said.append(("board.channels", {"rows": by}))
    kind, which = ("area", command.area) if command.area is not None else ("puskesmas", command.puskesmas_id)
    if command.posyandu_id is not None:
        kind, which = "posyandu", command.posyandu_id
    sheets = ((f"!board:{kind}:{which}", "actions.board_sheet"), (f"!board_qr:{kind}:{which}", "actions.board_qr"))
    return Outcome((("lines", {"rows": said}),), actions=sheets)


HANDLERS: dict[type, Handler] = {ShowBoard: Handler("broadcast", of_place, show)}
