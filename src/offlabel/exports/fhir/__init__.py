"""The evidence as FHIR R5 resources, in one Bundle (https://hl7.org/fhir/R5/evidence.html)."""

from offlabel.exports.fhir.bundle import FHIR

__all__ = ["FHIR"]
