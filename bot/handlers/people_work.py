"""What is done about people, by command."""

from __future__ import annotations

from bot.handlers import children, companions, consents, guardians, joining, requests, staff
from bot.handlers.desk import Handler

HANDLERS: dict[type, Handler] = {
    **joining.HANDLERS,
    **guardians.HANDLERS,
    **staff.HANDLERS,
    **consents.HANDLERS,
    **companions.HANDLERS,
    **children.HANDLERS,
    **requests.HANDLERS,
}
