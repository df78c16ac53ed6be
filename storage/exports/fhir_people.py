"""Who and where in a FHIR bundle: the posyandu, its place, the child, one parent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storage.exports.fhir_entries import Center, Resource, coding, concept, said
from storage.exports.layout import data
from storage.exports.places import level_name
from storage.sql import Row as Found

SEX = {"L": "male", "P": "female"}
LEVELS = ("province", "city", "district", "village")  # the parts of a Kemendagri code
NIK_DIGITS = 16
Areas = dict[str, tuple[str, str]]


def posyandu(center: Center, place: Found) -> Resource:
    """The posyandu as a team of its puskesmas."""
    above = center.division or center.organization
    return center.entry(
        "Organization",
        place.code,
        {
            "identifier": [{"use": "official", **center.identifier("Organization", place.code)}],
            "active": True,
            "type": [concept("organization", "team", "Organizational team")],
            "name": place.name,
            "address": _address(place.area, {}, "work"),
            "partOf": said({"reference": f"Organization/{above}", "display": "" if center.division else center.name}),
        },
        lasting=True,
    )


def room(center: Center, place: Found, organization: Resource) -> Resource:
    """Where the posyandu opens."""
    name = f"Ruang Posyandu, {place.name}"
    return center.entry(
        "Location",
        place.code,
        {
            "identifier": [center.identifier("Location", place.code)],
            "status": "active",
            "name": name,
            "description": ", ".join(part for part in (name, place.place) if part),
            "mode": "instance",
            "physicalType": {"coding": [coding("location", "ro", "Room")]},
            "managingOrganization": organization,
        },
        lasting=True,
    )


def patient(center: Center, child: Found, nik: str, area: str, areas: Areas, order: int | None) -> Resource:
    """The child. Without a NIK only our own identifier is there, and the puskesmas has to find the child. `order` in a
    birth of several, 0 for a single one, None where it is not known."""
    official = [{"use": "official", "system": data("fhir")["systems"]["nik"], "value": nik}] if is_nik(nik) else []
    living = {"active": False, "died": True}.get(child.state)
    return center.entry(
        "Patient",
        child.code,
        {
            "meta": {"profile": [data("fhir")["profiles"]["patient"]]},
            "identifier": [*official, center.identifier("Patient", child.code)],
            "active": True,
            "name": [{"use": "official", "text": child.name}],
            "gender": SEX[child.sex],
            "birthDate": child.birth,
            "deceasedBoolean": living,
            "address": _address(area, {"rt": child.rt, "rw": child.rw}, "home", child.address, areas),
            "multipleBirthInteger": order,
        },
        by=f"{official[0]['system']}|{nik}" if official else "",
        lasting=True,
    )


def parent(center: Center, child: Found) -> Resource | None:
    """The mother, or the father where only he is known."""
    name, code, display, gender = (
        (child.mother_name, "MTH", "mother", "female")
        if child.mother_name
        else (child.father_name, "FTH", "father", "male")
    )
    if not name:
        return None
    key = f"{child.code}-{code}"
    return center.entry(
        "RelatedPerson",
        key,
        {
            "identifier": [center.identifier("RelatedPerson", key)],
            "active": True,
            "patient": center.reference("Patient", child.code),
            "relationship": [concept("role", code, display)],
            "name": [{"use": "official", "text": name}],
            "telecom": [{"system": "phone", "value": child.phone, "use": "mobile"}] if child.phone else [],
            "gender": gender,
        },
    )


def is_nik(text: str) -> bool:
    return len(text) == NIK_DIGITS and text.isascii() and text.isdigit()


def _address(
    area: str, more: Mapping[str, str], use: str, street: str = "", areas: Areas | None = None
) -> list[Resource]:
    """SATUSEHAT's codes are Kemendagri's without the dots, from the province to the desa; an RW is none of them."""
    parts = area.split(".")[: len(LEVELS)]
    codes: dict[str, Any] = {level: "".join(parts[: n + 1]) for n, level in enumerate(LEVELS[: len(parts)])}
    codes |= {key: value for key, value in more.items() if value}
    extension = {
        "url": data("fhir")["profiles"]["address"],
        "extension": [{"url": key, "valueCode": code} for key, code in codes.items()],
    }
    city = level_name(areas, area, "kabkota") if areas else ""
    return [
        said({"extension": [extension], "use": use, "line": [street] if street else [], "city": city, "country": "ID"})
    ]
