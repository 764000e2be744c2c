"""Checks that ontology and data are OWL 2 DL."""

from offlabel.validation.profile.check import check_profile, check_terms, check_uses
from offlabel.validation.profile.screen import Screen

__all__ = ["Screen", "check_profile", "check_terms", "check_uses"]
