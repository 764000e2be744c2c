"""The formats of a validation report, by the names that the command line takes."""

from offlabel.validation.formats import json, sarif, text
from offlabel.validation.formats.base import ReportFormat

FORMATS: dict[str, ReportFormat] = {
    "json": json.render,
    "sarif": sarif.render,
    "text": text.render,
}

__all__ = ["FORMATS", "ReportFormat"]
