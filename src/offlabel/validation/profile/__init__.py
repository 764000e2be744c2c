"""Checks that ontology and data are OWL 2 DL."""

from offlabel.validation.profile.check import check_profile

__all__ = ["check_profile"]
