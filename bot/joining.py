"""The words of somebody who is not known yet, or not yet let in; and codes, whoever types them."""

from __future__ import annotations

import re
from itertools import pairwise

from bot import acts_expecting, acts_family
from bot.dialogue import Said
from bot.dialogue.matching import folded
from bot.talk import Talk
from posyandu.commands.joining import UseCode
from posyandu.family_asks import Asked, asked, urgent
from posyandu.names import words_of
from posyandu.sounds import fold
from storage import joining, look_people, people_due
from storage.codes import is_code
from storage.sql import Row

OPENING = re.compile(r"^\s*(?:/start|kode(?:nya)?|code|gabung|daftar)\b[\s:=]*", re.IGNORECASE)
OF_POSYANDU = re.compile(r"^pos-([\d-]+)$", re.IGNORECASE)
JOIN_WORDS = {"gabung", "daftar", "masuk", "join"}
STRANGERS_FLOWS = {"join"}
# What somebody who reaches nothing may still say: about her own data.
OWN_WORDS = {"data saya", "hapus data saya", "perbaiki", "izin data", "batal", "kembali"}
OWN_FLOWS = {"erase", "correct", "introduce", "guardian", "expecting", "my_data"}
NO_MORE = {"batal", "kembali", "menu", "start", "/start"}


def code_in(text: str, *, known: bool) -> str | None:
    """The code in a message, among other words too: "ini kode saya abcd2345 bu". A bare word without a digit is one
    only from somebody who is not known, and in capitals: names have none."""
    rest = OPENING.sub("", text, count=1).strip()
    opened = rest != text.strip()
    if is_code(rest):
        plain = not any(c.isdigit() for c in rest) and not opened
        return None if plain and (known or rest != rest.upper()) else rest
    named = "kode" in text.casefold()
    return None if known and not opened and not named else _among(rest.split(), named=named)


def _among(words: list[str], *, named: bool) -> str | None:
    """The one word that is a code; where a code is spoken of, also in two groups ("ABCD 2345")."""
    said = [w.strip(".,;:!?()*\"'") for w in words]
    groups = [f"{one} {other}" for one, other in pairwise(said) if len(one) == len(other)] if named else []
    found = {w for w in (*said, *groups) if is_code(w) and any(c.isdigit() for c in w)}
    return found.pop() if len(found) == 1 else None


def use(talk: Talk, code: str) -> None:
    """Use a code, and go on as whoever she then is."""
    outcome = talk.do(UseCode(code))
    if outcome.follow is not None:
        talk.start(*outcome.follow)
    elif outcome.failed and talk.person is not None:
        talk.show_again()


def stranger(talk: Talk) -> None:
    """Someone the house does not know: a code, a posyandu's link, a name from its list; or how to join."""
    text = talk.row.text.strip()
    rest = OPENING.sub("", text, count=1).strip()
    where = OF_POSYANDU.match(rest)
    if talk.row.pick is None and (code := code_in(text, known=False)):
        use(talk, code)
    elif talk.row.pick is None and where:
        row = talk.tx.one(look_people.BY_CODE, code=where[1].replace("-", "."))
        talk.start("join", {"posyandu": row.id} if row else {})
    elif talk.row.pick is None and folded(text) in JOIN_WORDS:
        talk.start("join")
    elif folded(text) in NO_MORE or talk.session.flow not in STRANGERS_FLOWS:
        talk.session = type(talk.session)()
        talk.says.append((_hint(text), {}))
    else:
        talk.go(Said(text, talk.row.pick))


def _hint(text: str) -> str:
    """What cannot wait: go now. Almost a code: what a code looks like. Else the welcome."""
    if urgent(text):
        return "family.now_plain"
    words = OPENING.sub("", text, count=1).replace("-", "").split()
    almost = any(6 <= len(w) <= 10 and w.isalnum() and _mixed(w) for w in ("".join(words), *words))
    return "join.almost" if almost else "welcome.stranger"


def _mixed(word: str) -> bool:
    return any(c.isdigit() for c in word) and any(c.isalpha() for c in word)


def verified(talk: Talk) -> bool:
    """Is the number still hers? One that was silent for long, or has changed, first says a name; no child is named."""
    if talk.row.address_state != "unverified" or talk.person is None:
        return False
    if talk.row.pick is None and urgent(talk.row.text):
        talk.says.append(("family.now_plain", {}))
        return True
    mine, first, _ = joining.tries(talk.tx, talk.row.address_id, talk.now)
    if mine >= joining.TRIES_OF_ONE:
        talk.says.append(("join.wait", {"at": first + joining.HOUR}))
        return True
    text = talk.row.text.strip() if talk.row.pick is None else ""
    said, hers = ({fold(w) for w in words_of(t)} for t in (text, talk.person.name))
    if said & (hers - {"ibu"}) or (text and text.casefold() == talk.person.name.casefold()):
        people_due.verify(talk.tx, talk.row.address_id, talk.now)
        talk.says.append(("verify.right", {"name": talk.person.name}))
        return True
    if code := code_in(text, known=True):
        talk.become_nobody()  # whoever has the number now: a code is hers, and nothing of who had it before
        use(talk, code)
        return True
    if people_due.was_asked(talk.tx, talk.row.address_id):
        joining.wrong(talk.tx, talk.row.address_id, talk.now)
        talk.says.append(("verify.wrong", {}))
    else:
        talk.says.append(("verify.ask", {}))
    return True


def outsider(talk: Talk, text: str) -> bool:
    """Somebody known who reaches nothing: not yet let in, or her post has ended. True when that was the answer."""
    person = talk.person
    assert person is not None
    own = talk.row.pick is None and (folded(text) in OWN_WORDS or code_in(text, known=True))
    if person.scope.posts or person.scope.children or own or talk.session.flow in OWN_FLOWS:
        return False
    if talk.row.pick is None and acts_family.urgent(talk, text):
        return True
    if (expected := acts_expecting.said(talk, text)) is not None:
        return expected
    mine: list[Row] = talk.tx.all(joining.MINE, person_id=person.id)
    new = next((r for r in mine if r.state == "new"), None)
    if new is not None:
        talk.start("guardian", {"child": new.child_id})
    elif any(r.state == "waiting" for r in mine) or any(r.state == "refused" for r in mine):
        if asked(text) in (Asked.BLAME, Asked.FEAR):
            talk.says.append(("hints.worried", {}))
        talk.says.append(("join.still_waiting", {}))
    else:
        talk.says.append(("join.nothing_left", {}))
    return True
