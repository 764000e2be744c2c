"""The dossier: what the graph holds on a drug, written as an article for one kind of reader."""

from offlabel.evidence.dossier.model import Dossier, Ref, Reference, Row, Section, Statement, Table
from offlabel.evidence.dossier.render import FORMATS
from offlabel.evidence.dossier.write import AUDIENCES, dossier

__all__ = [
    "AUDIENCES",
    "FORMATS",
    "Dossier",
    "Ref",
    "Reference",
    "Row",
    "Section",
    "Statement",
    "Table",
    "dossier",
]
