"""Functions that rules may call because SPARQL 1.1 cannot compute them: Wilson's interval.

Wilson EB (1927), Probable inference, the law of succession, and statistical inference,
J Am Stat Assoc 22:209-212. The score interval at 95%, without continuity correction.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from offlabel.terms import OL, XSD

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


def _end(which: int) -> Callable[..., Literal | None]:
    def function(*terms: Term) -> Literal | None:
        try:
            k, n = (int(term.value) for term in terms)  # type: ignore[union-attr]
            value = wilson_interval(k, n)[which]
        except (ValueError, AttributeError, TypeError):
            return None
        text = f"{value:.4f}".rstrip("0")
        return Literal(text + "0" if text.endswith(".") else text, datatype=_DECIMAL)

    return function


FUNCTIONS: dict[NamedNode, Callable[..., Term | None]] = {
    NamedNode(OL + "wilsonLow"): _end(0),
    NamedNode(OL + "wilsonHigh"): _end(1),
}
