"""What FHIR R4 and SATUSEHAT's profile ask of a transaction, checked without a library: every fault found is a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
EARLIEST = datetime(2014, 6, 3, tzinfo=UTC)  # SATUSEHAT takes nothing older
UCUM = ("kg", "cm", "{Zscore}")
CODED = ("http://loinc.org", "http://snomed.info/sct", "http://terminology.kemkes.go.id/CodeSystem/clinical-term")
# What each resource must have, and what it may have (of R4's elements, those used here).
MUST = {
    "Organization": {"identifier", "active", "name"},
    "Location": {"identifier", "status", "name", "managingOrganization"},
    "Patient": {"meta", "identifier", "name", "gender", "birthDate"},
    "RelatedPerson": {"identifier", "patient", "relationship", "name"},
    "Encounter": {"identifier", "status", "statusHistory", "class", "subject", "period", "serviceProvider"},
    "Observation": {"identifier", "status", "category", "code", "subject", "encounter", "effectiveDateTime", "issued",
                    "performer"},
}  # fmt: skip
MAY = {
    "Organization": {"type", "address", "partOf"},
    "Location": {"description", "mode", "physicalType"},
    "Patient": {"active", "deceasedBoolean", "address", "multipleBirthInteger"},
    "RelatedPerson": {"active", "telecom", "gender"},
    "Encounter": {"participant", "location"},
    "Observation": {"valueQuantity", "valueBoolean", "interpretation", "note", "derivedFrom"},
}
# What a reference may point to.
TARGETS = {
    "partOf": {"Organization"}, "managingOrganization": {"Organization"}, "patient": {"Patient"},
    "subject": {"Patient"}, "individual": {"Practitioner"}, "location": {"Location"},
    "serviceProvider": {"Organization"}, "encounter": {"Encounter"}, "performer": {"Organization"},
    "derivedFrom": {"Observation"},
}  # fmt: skip


def faults(bundle: dict[str, Any]) -> list[str]:
    """Everything that is wrong with a transaction."""
    return list(_faults(bundle))


def _faults(bundle: dict[str, Any]) -> Iterator[str]:
    if (bundle.get("resourceType"), bundle.get("type")) != ("Bundle", "transaction") or not ID.fullmatch(bundle["id"]):
        yield "no transaction with an id"
    inside = {e["fullUrl"]: e["resource"]["resourceType"] for e in bundle["entry"]}
    if len(inside) != len(bundle["entry"]):
        yield "two entries with one fullUrl"
    for entry in bundle["entry"]:
        if not UUID.fullmatch(entry["fullUrl"]):
            yield f"{entry['fullUrl']} is no UUID of version 5"
        yield from _request(entry)
        yield from _resource(entry["resource"], inside)


def _request(entry: dict[str, Any]) -> Iterator[str]:
    kind, request = entry["resource"]["resourceType"], entry["request"]
    named = [f"identifier={i['system']}|{i['value']}" for i in entry["resource"]["identifier"]]
    if request["method"] == "POST" and request["url"] == kind:
        if request.get("ifNoneExist", named[0]) not in named:
            yield f"{kind}: looked for by what it is not"
    elif request["method"] != "PUT" or request["url"] not in [f"{kind}?{one}" for one in named]:
        yield f"{kind}: request {request}"


def _resource(resource: dict[str, Any], inside: dict[str, str]) -> Iterator[str]:
    kind = resource["resourceType"]
    has = resource.keys() - {"resourceType"}
    if not MUST[kind] <= has or not has <= MUST[kind] | MAY[kind]:
        yield f"{kind}: lacks {MUST[kind] - has}, has {has - MUST[kind] - MAY[kind]}"
    for path, value in walk(resource):
        yield from _value(kind, path, value, inside)
    if kind == "Observation":
        yield from _observation(resource)


def _value(kind: str, path: tuple[str, ...], value: Any, inside: dict[str, str]) -> Iterator[str]:
    name = path[-1]
    if value in ("", None, [], {}):
        yield f"{kind}.{'.'.join(path)} is empty"
    elif name in ("start", "end", "effectiveDateTime", "issued"):
        if not MOMENT.fullmatch(value) or datetime.fromisoformat(value) < EARLIEST:
            yield f"{kind}.{'.'.join(path)}: {value} is no full date-time in UTC"
    elif name == "birthDate":
        date.fromisoformat(value)
    elif name == "reference":
        target = inside.get(value) or (value.split("/")[0] if ID.fullmatch(value.partition("/")[2]) else "")
        field = next(p for p in reversed(path[:-1]) if not p.isdigit())
        if target not in TARGETS[field]:
            yield f"{kind}.{'.'.join(path)} points to {value}"


def _observation(resource: dict[str, Any]) -> Iterator[str]:
    code = resource["code"]["coding"][0]
    if code["system"] not in CODED or len([k for k in resource if k.startswith("value")]) != 1:
        yield f"Observation {code}: system or value"
    amount = resource.get("valueQuantity")
    if amount is not None:
        units = (amount["system"], amount["unit"]) == ("http://unitsofmeasure.org", amount["code"])
        if not units or amount["code"] not in UCUM or not isinstance(amount["value"], int | float):
            yield f"Observation {code}: {amount}"


def walk(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every element with its path."""
    if path:
        yield path, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, (*path, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from walk(value, (*path, str(at)))
