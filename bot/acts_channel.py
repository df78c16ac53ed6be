"""Words about how she is reached: stopping and starting, which channel, which language, details, invitations."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, func, or_, select

from bot import acts_people, screen
from bot.invitations import INVITE, SHEET
from bot.locales import catalogue
from bot.talk import Talk
from posyandu.access import NAMED
from storage import addresses, book, codes, links, outbox
from storage.sql import Sql, among, fixed
from storage.tables import code, outgoing, posyandu

STOP = {"berhenti", "stop", "unsubscribe"}
STOP_ALL = {"berhenti semua", "stop semua"}
WHO_AM_I = {"id saya", "id", "/id", "my id"}
RESUME = {"mulai", "start", "unstop", "langganan"}
AGAIN = {"terima lagi", "mulai lagi"}
DETAIL = {"detail", "rincian", "selengkapnya"}
INVITATION = {"undangan": INVITE, "qr": INVITE, "tautan": INVITE, "lembar undangan": SHEET, "poster": SHEET}
CHANNEL = {
    "lewat telegram": "telegram",
    "pakai telegram": "telegram",
    "lewat whatsapp": "whatsapp",
    "pakai whatsapp": "whatsapp",
    "lewat wa": "whatsapp",
    "pakai wa": "whatsapp",
}
LINK = {"hubungkan", "kanal lain", "tambah kanal"}
LINK_MS = 3600_000
LANGUAGE = {"bahasa indonesia": "id", "indonesian": "id", "english": "en", "bahasa inggris": "en"}
DETAIL_WITHIN_MS = 24 * 3600_000
LATEST = Sql(
    select(outgoing.c.body)
    .where(
        outgoing.c.address_id == bindparam("address_id"),
        outgoing.c.kind != fixed("parent"),
        outgoing.c.at > bindparam("since"),
    )
    .order_by(outgoing.c.id.desc())
    .limit(20)
)
# What was held until she wrote, and leaves now or has left already.
LET_GO = Sql(
    select(func.count()).where(
        outgoing.c.address_id == bindparam("which"),
        outgoing.c.reason == fixed(outbox.HELD_WHY),
        or_(among(outgoing.c.state, "ready", "sending"), outgoing.c.sent_at >= bindparam("since")),
    )
)
NAME = Sql(select(posyandu.c.name).where(posyandu.c.id == bindparam("posyandu_id")))


def resumed(talk: Talk, text: str) -> bool:
    """Who had asked for quiet and writes "mulai" (or opens the bot anew) is told again; a parent also of her child,
    of whom she had stopped messages before."""
    if not heard_again(talk, text):
        return False
    if talk.person is not None and talk.look.silent_children():
        talk.start("resume")
        return True
    talk.says.append(("channel.resumed", {}))
    if talk.person is not None and talk.person.scope.roles:
        talk.start("menu")
    return True


def heard_again(talk: Talk, text: str) -> bool:
    """Has her word ended a silence that she had asked for?"""
    said = text.strip().casefold().lstrip("/")
    return said in RESUME | AGAIN and addresses.resume(talk.tx, talk.row.address_id)


def told_who(talk: Talk, text: str) -> bool:
    """The id of this chat, for whoever asks from it: an operator sends her test there."""
    if text.strip().casefold() not in WHO_AM_I:
        return False
    talk.says.append(("channel.id", {"id": _chat_id(talk.row.channel, talk.row.external_id)}))
    return True


def _chat_id(channel: str, external_id: str) -> str:
    return external_id if external_id.startswith(f"{channel}:") else f"{channel}:{external_id}"


def stopped(talk: Talk, text: str) -> bool:
    """STOP, from anybody: known or not, nothing more is sent unasked."""
    said = text.strip().casefold()
    if said not in STOP_ALL and (said not in STOP or acts_people.which_child(talk, text)):
        return False
    addresses.quiet(talk.tx, talk.row.address_id)
    book.note(talk.tx, talk.now, talk.row.person_id, "stopped", f"address:{talk.row.address_id}")
    talk.session = type(talk.session)()
    talk.says.append(("channel.stopped", {}))
    return True


def word(talk: Talk, said: str) -> bool:
    """Is this one of these words? Then it is done."""
    if stopped(talk, said):
        return True
    if said == "anaksaya":  # a Telegram command has no space in it
        talk.start("mychild")
    elif said in DETAIL:
        _detail(talk)
    elif said == "lanjut":  # the answer to "message_waiting": what was held leaves because she has written
        waited = talk.tx.value(LET_GO, which=talk.row.address_id, since=talk.row.arrived_at)
        if waited or talk.session.flow is None:  # else her open question is what goes on
            talk.says.append(("channel.here" if waited else "channel.nothing_waits", {}))
    elif said in CHANNEL:
        _prefer(talk, CHANNEL[said])
    elif said in LINK and talk.person is not None:
        _link(talk)
    elif said in LANGUAGE:
        _speak(talk, LANGUAGE[said])
    elif said in INVITATION and talk.person is not None and talk.person.scope.roles & NAMED:
        _invite(talk, INVITATION[said])
    else:
        return False
    talk.show_again()
    return True


def _detail(talk: Talk) -> None:
    """The latest message that was shown short here, in full: she asks for it herself."""
    for row in talk.tx.all(LATEST, address_id=talk.row.address_id, since=talk.now - DETAIL_WITHIN_MS):
        body = json.loads(row.body)
        if screen.shortened(body.get("says", []), talk.words) and not body.get("full"):
            talk.says += [(key, values) for key, values in body["says"]]
            talk.media = body.get("media")
            talk.extra["full"] = True
            return
    talk.says.append(("channel.nothing_more", {}))


def _prefer(talk: Talk, channel: str) -> None:
    assert talk.person is not None
    if channel in addresses.channels_of(talk.tx, talk.person.id):
        addresses.prefer(talk.tx, talk.person.id, channel)
        talk.says.append(("channel.prefers", {"channel": channel}))
    else:
        talk.says.append(("channel.only_one", {"channel": talk.row.channel}))


def _link(talk: Talk) -> None:
    """A code of her own, good for an hour: whoever sends it from another channel is she."""
    assert talk.person is not None
    made = codes.new_code()
    talk.tx.insert(
        code, hash=codes.digest(made), kind="link", person_id=talk.person.id, by_person=talk.person.id,
        expires_at=talk.now + LINK_MS,
    )  # fmt: skip
    book.note(talk.tx, talk.now, talk.person.id, "link_code", f"address:{talk.row.address_id}")
    found = links.links(talk.tx)
    rows = [{"channel": c, "link": links.with_code(link, made)} for c, link in found.items() if c != talk.row.channel]
    talk.says.append(("channel.link", {"code": made, "links": rows}))


def _speak(talk: Talk, language: str) -> None:
    assert talk.person is not None
    addresses.speak(talk.tx, talk.person.id, language)
    talk.words = catalogue(language)
    talk.says.append(("channel.language", {}))


def _invite(talk: Talk, kind: str) -> None:
    """A picture with the way in, or the sheet for the wall; for her own posyandu where she has one."""
    assert talk.person is not None
    found = links.links(talk.tx)
    if not found:
        talk.says.append(("invite.none", {}))
        return
    own = sorted({p.posyandu_id for p in talk.person.scope.posts if p.posyandu_id is not None})
    name = str(talk.tx.value(NAME, posyandu_id=own[0])) if own else "Posyandu setempat"
    rows = [{"channel": channel, "link": link} for channel, link in found.items()]
    talk.says.append(("invite.here", {"posyandu": name.removeprefix("Posyandu "), "links": rows}))
    talk.media = {"kind": kind, "name": name, "link": next(iter(found.values()))}
