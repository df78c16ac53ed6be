"""What happened in a FHIR bundle: the encounter, and every value and score of it as an observation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from posyandu.calendar import instant, local
from storage.exports.fhir_entries import Center, Resource, coding, concept
from storage.exports.layout import data
from storage.sql import Row as Found

MEASURES = ("weight", "length", "head", "muac")
FIELDS = (*MEASURES, "oedema")  # what makes a visit worth a bundle
BY_LENGTH = "wfl"  # WHO's table for children measured lying
AT_HOME = "rumah"


@dataclass(frozen=True)
class Visit:
    """One visit with the values in force, and when each was taken and written down."""

    center: Center
    row: Found  # of the visit, its child and its verdict
    values: Mapping[str, Found]
    organization: Resource
    location: Resource
    zone: str
    opens: int  # minutes after midnight: the time of a value that was written down on another day

    @property
    def key(self) -> str:
        return f"{self.row.code}-{self.row.on.replace('-', '')}"

    @property
    def times(self) -> list[int]:
        return [self.taken(v) for v in self.values.values()]

    def taken(self, value: Found) -> int:
        """When it was measured: when it was written, if that was the same day there; else when the posyandu opened."""
        on = date.fromisoformat(self.row.on)
        if value.at is not None and local(value.at, self.zone).date() == on:
            return int(value.at)
        return instant(on, self.opens, self.zone)

    def written(self, value: Found) -> int:
        return self.taken(value) if value.at is None else int(value.at)


def moment(ms: int) -> str:
    """A full date-time; SATUSEHAT takes UTC."""
    return datetime.fromtimestamp(ms // 1000, UTC).isoformat()


def encounter(visit: Visit) -> Resource:
    """One child seen on one day; the puskesmas provides the service, the posyandu is the place."""
    center, row = visit.center, visit.row
    start, end = moment(min(visit.times)), moment(max(visit.times))
    home = row.place == AT_HOME
    steps = (("arrived", start, start), ("in-progress", start, end), ("finished", end, end))
    attender = {
        "type": [concept("participation", "ATND", "attender")],
        "individual": {"reference": f"Practitioner/{center.practitioner}"},
    }
    where = {"location": visit.location, "period": {"start": start, "end": end}}
    return center.entry(
        "Encounter",
        visit.key,
        {
            "identifier": [center.identifier("Encounter", visit.key)],
            "status": "finished",
            "statusHistory": [{"status": s, "period": {"start": a, "end": b}} for s, a, b in steps],
            "class": coding("act", "HH", "home health") if home else coding("act", "AMB", "ambulatory"),
            "subject": center.reference("Patient", row.code, row.name),
            "participant": [attender] if center.practitioner else [],
            "period": {"start": start, "end": end},
            "location": [] if row.place != "posyandu" else [where],
            "serviceProvider": {"reference": f"Organization/{center.organization}", "display": center.name},
        },
    )


def observations(visit: Visit) -> Iterator[Resource]:
    """Every value of the visit, then what follows from it."""
    words = data("fhir")
    for field in MEASURES:
        if field in visit.values:
            value = visit.values[field]
            named = words["measures"].get(f"{field}_{value.position}", words["measures"][field])
            amount = {"value": value.value / named["per"], "unit": named["unit"], **_unit(named["unit"])}
            yield _observation(visit, field, named, {"valueQuantity": amount}, [value])
    if "oedema" in visit.values:
        value = visit.values["oedema"]
        said_so = {"valueBoolean": bool(value.value)}
        yield _observation(visit, "oedema", words["findings"]["oedema"], said_so, [value])
    if visit.row.nt in ("N", "T") and "weight" in visit.values:
        gained = {"valueBoolean": visit.row.nt == "N", "derivedFrom": [_of(visit, "weight")]}
        yield _observation(visit, "gain", words["findings"]["gain"], gained, [visit.values["weight"]])
    yield from _scores(visit)


def _scores(visit: Visit) -> Iterator[Resource]:
    words = data("fhir")
    why: dict[str, Any] = json.loads(visit.row.why or "{}")
    lying = why.get("table") == BY_LENGTH
    for column in ("waz", "haz", "whz", "bmiz", "hcz"):
        score = getattr(visit.row, column)
        named = words["scores"].get(f"{column}_lying" if lying else column, words["scores"][column])
        if score is None or not visit.values.keys() >= set(named["of"]):
            continue
        meaning = words["meanings"].get(named.get("index"), {}).get(why.get("categories", {}).get(named.get("index")))
        more = {
            "valueQuantity": {"value": score / 100, "unit": "{Zscore}", **_unit("{Zscore}")},
            "interpretation": [concept(meaning[0], meaning[1], text=meaning[2])] if meaning else [],
            "note": [] if "ruled" in why else [{"text": words["note"]}],  # a health worker's word needs no confirming
            "derivedFrom": [_of(visit, field) for field in named["of"]],
        }
        shown = {"in": "snomed", "category": "exam", **named}
        yield _observation(visit, column, shown, more, [visit.values[field] for field in named["of"]])


def _observation(
    visit: Visit, name: str, named: Mapping[str, Any], more: Mapping[str, Any], values: Sequence[Found]
) -> Resource:
    center, key = visit.center, f"{visit.key}-{name}"
    category = {"coding": [coding("category", named["category"], data("fhir")["categories"][named["category"]])]}
    return center.entry(
        "Observation",
        key,
        {
            "identifier": [center.identifier("Observation", key)],
            "status": "final",
            "category": [category],
            "code": concept(named["in"], named["code"], named.get("display", ""), named.get("text", "")),
            "subject": center.reference("Patient", visit.row.code, visit.row.name),
            "encounter": center.reference("Encounter", visit.key),
            "effectiveDateTime": moment(max(visit.taken(v) for v in values)),
            "issued": moment(max(visit.written(v) for v in values)),
            "performer": [visit.organization],  # kader are no Practitioners: their posyandu answers for them
            **more,
        },
    )


def _of(visit: Visit, field: str) -> Resource:
    return visit.center.reference("Observation", f"{visit.key}-{field}")


def _unit(code: str) -> Resource:
    return {"system": data("fhir")["systems"]["ucum"], "code": code}
