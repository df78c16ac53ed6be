"""Who may do and see what, where: the one table and the one check.

Names and values are for the posyandu's kader, the bidan, and the puskesmas of the child's area. Everyone else, at
any level, sees numbers. A guardian sees her own children, a TPK the families that are hers and consent. There is no
other way in.
"""

from __future__ import annotations

from posyandu.people import Place, Role, Scope

POST = frozenset({Role.KADER, Role.KETUA})
HEALTH = frozenset({Role.BIDAN, Role.TPG, Role.PUSKESMAS})
NAMED = POST | HEALTH
OFFICES = frozenset({Role.TP_PKK, Role.TP_POSYANDU, Role.KPM, Role.PLKB})
COUNTING = NAMED | OFFICES | {Role.TPK}

# verb -> the roles that may, at the place it is about. Guardians are listed where being a guardian is enough.
RULES: dict[str, frozenset[Role]] = {
    "see_child": NAMED | {Role.GUARDIAN},
    "see_children": NAMED,
    "see_numbers": COUNTING,
    "record_visit": NAMED,
    "undo_entry": NAMED,
    "explain": NAMED,
    "register_child": NAMED,
    "change_child": NAMED,
    "export_names": NAMED,
    "export_numbers": COUNTING,
    "import_sheet": NAMED | {Role.OPERATOR},  # an operator only lists of kader: the file itself is looked at
    "move_day": NAMED,
    "move_area_day": HEALTH,
    "keep_pregnancy": NAMED,
    "remind_kader": HEALTH | OFFICES,
    "invite_kader": HEALTH | {Role.KETUA, Role.OPERATOR},
    "invite_staff": frozenset({Role.PUSKESMAS, Role.OPERATOR}),
    "invite_guardian": NAMED | {Role.GUARDIAN},
    "answer_join": HEALTH | {Role.KETUA, Role.OPERATOR},
    "end_membership": HEALTH | {Role.KETUA, Role.OPERATOR},
    "confirm_guardian": NAMED,
    "see_phone": NAMED,
    "take_consent": NAMED,
    "tell_in_person": NAMED,
    "own_child": frozenset({Role.GUARDIAN}),
    "assign_family": NAMED,
    "answer_request": HEALTH | {Role.OPERATOR},
    "reopen_month": HEALTH,
    "override_verdict": HEALTH,
    "see_cases": NAMED,
    "see_case": NAMED,
    "help_case": NAMED,
    "record_home_visit": NAMED | {Role.KPM},
    "counsel": NAMED,
    "make_distribution": HEALTH | {Role.TP_PKK, Role.TP_POSYANDU},
    "invite_families": NAMED,
    "see_aid": HEALTH | OFFICES,
    "add_sponsorship": HEALTH,
    "operate": frozenset({Role.OPERATOR}),
    "broadcast": HEALTH | POST | {Role.TP_PKK, Role.TP_POSYANDU, Role.OPERATOR},
    "broadcast_staff": HEALTH | {Role.TP_PKK, Role.TP_POSYANDU, Role.KETUA, Role.OPERATOR},
    "broadcast_families": POST | {Role.BIDAN, Role.PUSKESMAS},
    "steer_families": POST | {Role.BIDAN, Role.PUSKESMAS, Role.OPERATOR},  # an operator writes to none, and stops any
    "hold_event": HEALTH | POST | {Role.TP_PKK, Role.TP_POSYANDU, Role.OPERATOR},
    "lead_event": HEALTH | {Role.KETUA, Role.TP_PKK, Role.TP_POSYANDU, Role.OPERATOR},
    "rate_kader": HEALTH,
    "see_reports": COUNTING | {Role.OPERATOR},
    "name_officer": frozenset({Role.TP_POSYANDU, Role.OPERATOR}),
}

# What anybody may do, known or not: come in, and ask about what is her own. The handler looks at nobody else's.
# "own_event": an invitation of her own, or a door she was asked to stand at; the handler knows her by her row.
ANYONE = frozenset({"join", "own_data", "own_event"})
# What a TPK may do with a family that is assigned to her and consents to sharing.
OF_FAMILIES = frozenset({"see_child", "record_home_visit", "counsel"})


class Refused(Exception):
    """This person may not do that there."""

    def __init__(self, verb: str) -> None:
        super().__init__(verb)
        self.verb = verb


def may(scope: Scope, verb: str, place: Place, child_id: int | None = None) -> bool:
    """May this person do `verb` at `place` (and to this child)? A verb without a rule is refused."""
    if verb in ANYONE:
        return True
    if verb in OF_FAMILIES and child_id is not None and child_id in scope.families:
        return True
    roles = RULES.get(verb, frozenset())
    if scope.reaches(place, roles):
        return True
    return Role.GUARDIAN in roles and child_id is not None and child_id in scope.children


def check(scope: Scope, verb: str, place: Place, child_id: int | None = None) -> None:
    """Raises Refused unless `may`."""
    if not may(scope, verb, place, child_id):
        raise Refused(verb)
