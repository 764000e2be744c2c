"""Codes: outside terms in the systems that FHIR asks for, and FHIR's own codes for evidence.

FHIR's own are from the value sets that R5 binds to Evidence, https://hl7.org/fhir/R5/evidence.html:
variable-role, statistic-type, attribute-estimate-type, certainty-type, certainty-rating and
directness.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from offlabel.terms import BASE, prefixes

Json = dict[str, Any]

_IRIS = "urn:ietf:rfc:3986"
_THO = "http://terminology.hl7.org/CodeSystem/"
UCUM = "http://unitsofmeasure.org"

_ROLE, _STATISTIC, _ATTRIBUTE = (
    f"{_THO}{name}" for name in ("variable-role", "statistic-type", "attribute-estimate-type")
)
_CERTAINTY, _RATING = "http://hl7.org/fhir/certainty-type", "http://hl7.org/fhir/certainty-rating"


def _concept(system: str, code: str, display: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


POPULATION = _concept(_ROLE, "population", "population")
EXPOSURE = _concept(_ROLE, "exposure", "exposure")
REFERENCE_EXPOSURE = _concept(_ROLE, "referenceExposure", "reference exposure")
MEASURED = _concept(_ROLE, "measuredVariable", "measured variable")

PROPORTION = _concept(_STATISTIC, "C44256", "Proportion")
MEAN = _concept(_STATISTIC, "C53319", "Mean")
RISK_DIFFERENCE = _concept(_STATISTIC, "0000424", "Risk Difference")
RELATIVE_RISK = _concept(_STATISTIC, "C93152", "Relative Risk")
# A result on a scale that names a measure of effect.
BY_SCALE = {
    "risk ratio": RELATIVE_RISK,
    "hazard ratio": _concept(_STATISTIC, "C93150", "Hazard Ratio"),
    "odds ratio": _concept(_STATISTIC, "C16932", "Odds Ratio"),
}

INTERVAL = _concept(_ATTRIBUTE, "C53324", "Confidence interval")
P_VALUE = _concept(_ATTRIBUTE, "C44185", "P-value")

OVERALL = _concept(_CERTAINTY, "Overall", "Overall certainty")
# Our domains of factors, by their local names.
DOMAINS = {
    "Imprecision": _concept(_CERTAINTY, "Imprecision", "Imprecision"),
    "InconsistentFindings": _concept(_CERTAINTY, "Inconsistency", "Inconsistency"),
    "Indirectness": _concept(_CERTAINTY, "Indirectness", "Indirectness"),
    "RiskOfBias": _concept(_CERTAINTY, "RiskOfBias", "Risk of bias"),
}
# The levels of GRADE by their notations, and the steps that a factor takes off.
GRADE = {
    "high": _concept(_RATING, "high", "High quality"),
    "moderate": _concept(_RATING, "moderate", "Moderate quality"),
    "low": _concept(_RATING, "low", "Low quality"),
    "very low": _concept(_RATING, "very-low", "Very low quality"),
}
STEPS = {
    steps: _concept(_RATING, f"downcode{steps}", f"reduce rating: -{steps}") for steps in (1, 2, 3)
}

_DIRECTNESS = f"{_THO}directness"
# How well a variable of the findings matches that of the question, by the most steps that a
# difference between the two costs.
DIRECTNESS = {
    0: _concept(_DIRECTNESS, "exact", "Exact match"),
    1: _concept(_DIRECTNESS, "moderate", "Moderate quality match"),
    2: _concept(_DIRECTNESS, "low", "Low quality match"),
}


@cache
def systems() -> dict[str, dict[str, str]]:
    """Return FHIR's code systems by our prefixes."""
    text = Path(__file__).with_name("systems.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def coding(iri: str, label: str = "") -> Json:
    """Return the code of a term: in FHIR's system for it, in a namespace of ours, or as an IRI."""
    curie = prefixes().compress(iri)
    prefix, _, local = curie.partition(":")
    known = systems().get(prefix)
    if curie == iri or (known is None and not _is_ours(prefix)):
        found = {"system": _IRIS, "code": iri}
    elif known is None:
        found = {"system": prefixes().namespaces[prefix], "code": local}
    else:
        found = {"system": known["system"], "code": curie if known["code"] == "curie" else local}
    return {**found, "display": label} if label else found


def _is_ours(prefix: str) -> bool:
    return prefixes().namespaces[prefix].startswith(BASE)


def quantity(value: float, unit: str, comparator: str = "") -> Json:
    """Return a number in a unit of UCUM."""
    found: Json = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return {**found, "comparator": comparator} if comparator else found
