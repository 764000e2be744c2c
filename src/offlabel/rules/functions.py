"""Functions that rules may call because SPARQL 1.1 cannot compute them: intervals, and names.

Wilson EB (1927), Probable inference, the law of succession, and statistical inference,
J Am Stat Assoc 22:209-212. The score interval at 95%, without continuity correction.
Newcombe RG (1998), Interval estimation for the difference between independent proportions,
Stat Med 17:873-890, method 10. Katz D et al. (1978), Obtaining confidence intervals for the risk
ratio in cohort studies, Biometrics 34:469-474.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from offlabel.terms import BASE, OL, XSD

Term = NamedNode | BlankNode | Literal | Triple

Z = 1.959963984540054
_DECIMAL = NamedNode(XSD + "decimal")


def wilson_interval(k: int, n: int) -> tuple[float, float]:
    """Return the ends of the 95% interval of k out of n, as fractions; needs 0 <= k <= n > 0.

    >>> [round(end, 3) for end in wilson_interval(8, 15)]
    [0.301, 0.752]
    """
    if n <= 0 or not 0 <= k <= n:
        raise ValueError(f"{k} out of {n} is not a proportion")
    share, square = k / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe_interval(k: int, n: int, other_k: int, other_n: int) -> tuple[float, float]:
    """Return the ends of the 95% interval of k/n minus other_k/other_n, as fractions.

    >>> [round(end, 4) for end in newcombe_interval(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    (low, high), (other_low, other_high) = wilson_interval(k, n), wilson_interval(other_k, other_n)
    share, other = k / n, other_k / other_n
    below = sqrt((share - low) ** 2 + (other_high - other) ** 2)
    above = sqrt((high - share) ** 2 + (other - other_low) ** 2)
    return share - other - below, share - other + above


def katz_interval(k: int, n: int, other_k: int, other_n: int) -> tuple[float, float]:
    """Return the ends of the 95% interval of k/n over other_k/other_n; needs an event in each.

    >>> [round(end, 3) for end in katz_interval(9, 23, 1, 23)]
    [1.238, 65.413]
    """
    if min(k, other_k) < 1:
        raise ValueError("a ratio of risks needs an event in each arm")
    wilson_interval(k, n), wilson_interval(other_k, other_n)  # refuses what is no proportion
    middle = log((k / n) / (other_k / other_n))
    half = Z * sqrt(1 / k - 1 / n + 1 / other_k - 1 / other_n)
    return exp(middle - half), exp(middle + half)


def _end(interval: Callable[..., tuple[float, float]], which: int) -> Callable[..., Term | None]:
    """Return one end of an interval as a function of SPARQL; unbound for what is no count."""

    def function(*terms: Term) -> Literal | None:
        try:
            value = interval(*(int(term.value) for term in terms))[which]  # type: ignore[union-attr]
        except (ValueError, AttributeError, TypeError):
            return None
        text = f"{value:.4f}".rstrip("0")
        return Literal(text + "0" if text.endswith(".") else text, datatype=_DECIMAL)

    return function


def _name(kind: Term, *things: Term) -> NamedNode | None:
    """Return the name of a derived thing: its kind, and what it was derived of.

    Things of ours are told by the last part of their IRI, others by all of it, escaped.
    """
    parts = [_part(thing) for thing in things]
    if not isinstance(kind, Literal) or "" in parts:
        return None
    return NamedNode(f"{BASE}{kind.value}/{'--'.join(parts)}")


def _part(thing: Term) -> str:
    if isinstance(thing, Literal):
        return quote(thing.value, safe="")
    if not isinstance(thing, NamedNode):
        return ""
    if thing.value.startswith(OL):
        return thing.value.removeprefix(OL)
    _, _, own = thing.value.removeprefix(BASE).partition("/")
    if thing.value.startswith(BASE) and own:
        return quote(own, safe="%")
    return quote(thing.value, safe="").replace("--", "%2D%2D")  # two hyphens join the parts


FUNCTIONS: dict[NamedNode, Callable[..., Term | None]] = {
    NamedNode(OL + "wilsonLow"): _end(wilson_interval, 0),
    NamedNode(OL + "wilsonHigh"): _end(wilson_interval, 1),
    NamedNode(OL + "newcombeLow"): _end(newcombe_interval, 0),
    NamedNode(OL + "newcombeHigh"): _end(newcombe_interval, 1),
    NamedNode(OL + "katzLow"): _end(katz_interval, 0),
    NamedNode(OL + "katzHigh"): _end(katz_interval, 1),
    NamedNode(OL + "name"): _name,
}
