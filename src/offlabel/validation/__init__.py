"""Is everything in order? One report on syntax, ontology, shapes, links and queries."""

from offlabel.validation.problem import Problem, Severity
from offlabel.validation.report import Report
from offlabel.validation.run import validate

__all__ = ["Problem", "Report", "Severity", "validate"]
