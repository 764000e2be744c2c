"""SHACL engines, one module each, one dict."""

from offlabel.validation.engines.base import Engine, Note, Outcome, Result, ShapesError
from offlabel.validation.engines.data import Data
from offlabel.validation.engines.fast import FAST
from offlabel.validation.engines.footprint import Footprint, footprint_of
from offlabel.validation.engines.pyshacl import PYSHACL
from offlabel.validation.engines.units import Unit, units_of

# By the name that `offlabel validate --engine` takes.
ENGINES: dict[str, Engine] = {
    "fast": FAST,
    "pyshacl": PYSHACL,
}

__all__ = [
    "ENGINES",
    "Data",
    "Engine",
    "Footprint",
    "Note",
    "Outcome",
    "Result",
    "ShapesError",
    "Unit",
    "footprint_of",
    "units_of",
]
