"""Entries of a FHIR transaction: names that stay the same from one writing to the next, and requests that can be sent
twice without doubling anything.

A resource is known by an identifier in a system of ours below the puskesmas' id; its uuid follows from that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from storage.exports.layout import data

Resource = dict[str, Any]
PLAIN = "post"  # every request a POST, as the official samples have it


@dataclass(frozen=True)
class Center:
    """A puskesmas as the receiver knows it. `division`: what its posyandu are part of; `practitioner`: who answers for
    the posyandu's encounters; both may be unknown."""

    organization: str
    name: str
    division: str = ""
    practitioner: str = ""
    requests: str = ""

    def system(self, kind: str) -> str:
        return f"{data('fhir')['systems']['ours']}/{kind.lower()}/{self.organization}"

    def identifier(self, kind: str, key: str) -> Resource:
        return {"system": self.system(kind), "value": key}

    def uuid(self, kind: str, key: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"{self.system(kind)}|{key}"))

    def reference(self, kind: str, key: str, display: str = "") -> Resource:
        """To something in the same bundle."""
        return said({"reference": f"urn:uuid:{self.uuid(kind, key)}", "display": display})

    def entry(
        self, kind: str, key: str, resource: Mapping[str, Any], *, by: str = "", lasting: bool = False
    ) -> Resource:
        """`by`: another identifier that it is looked for by. `lasting`: what is there already is left as it is (a
        place, a child); anything else is brought up to date, so that a corrected value arrives."""
        found_by = f"identifier={by or f'{self.system(kind)}|{key}'}"
        request = {"method": "POST", "url": kind}
        if self.requests != PLAIN and lasting:
            request["ifNoneExist"] = found_by
        elif self.requests != PLAIN:
            request = {"method": "PUT", "url": f"{kind}?{found_by}"}
        return {
            "fullUrl": f"urn:uuid:{self.uuid(kind, key)}",
            "resource": said({"resourceType": kind, **resource}),
            "request": request,
        }


def said(resource: Mapping[str, Any]) -> Resource:
    """Without what is empty: FHIR has no empty element."""
    return {key: value for key, value in resource.items() if value not in ("", None, [], {})}


def coding(system: str, code: str, display: str = "") -> Resource:
    """`system` by its name in fhir.toml."""
    return said({"system": data("fhir")["systems"][system], "code": code, "display": display})


def concept(system: str, code: str, display: str = "", text: str = "") -> Resource:
    return said({"coding": [coding(system, code, display)], "text": text})
