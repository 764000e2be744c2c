"""What follows from what is said: SPARQL CONSTRUCT rules, run in a fixed order."""

from offlabel.rules.engine import Applied, apply, apply_one, run_rule
from offlabel.rules.functions import FUNCTIONS, wilson_interval
from offlabel.rules.header import Rule, read_rule, read_rules

__all__ = [
    "FUNCTIONS",
    "Applied",
    "Rule",
    "apply",
    "apply_one",
    "read_rule",
    "read_rules",
    "run_rule",
    "wilson_interval",
]
