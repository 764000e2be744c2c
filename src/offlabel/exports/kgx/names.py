"""The identifiers that Biolink prefers, through the exact matches of the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from offlabel.exports.kgx.model import model, term
from offlabel.exports.ledger import Ledger, Value
from offlabel.terms import BASE, prefixes

_EXACT = term("skos:exactMatch")
_PMID, _DOI = term("ol:pmid"), term("ol:doi")


class Names:
    """Category and identifier of each thing that is a node."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.kinds: dict[NamedNode, NamedNode] = {}
        for kind in model().kinds:
            for thing in ledger.peek_kind(kind):
                if isinstance(thing, NamedNode) and thing not in model().left_out:
                    self.kinds.setdefault(thing, kind)
        found = {thing: self._best(thing) for thing in self.kinds}
        shared = Counter(found.values())
        # Two things that one identifier stands for stay apart under their own names.
        self._ids = {t: own(t) if shared[name] > 1 else name for t, name in found.items()}

    def __contains__(self, thing: object) -> bool:
        return thing in self._ids

    def id(self, thing: Value) -> str:
        """Return the identifier of a thing; one that is no node keeps its own name."""
        return self._ids[thing] if thing in self._ids else own(thing)  # type: ignore[index]

    def category(self, thing: NamedNode) -> str:
        """Return the Biolink category of a node."""
        have = {curie.partition(":")[0] for curie in self.exact(thing)}
        options = model().kinds[self.kinds[thing]]
        return next(
            str(option["category"])
            for option in options
            if "when" not in option or have & set(option["when"])
        )

    def exact(self, thing: NamedNode) -> Mapping[str, NamedNode]:
        """Return the exact matches of a thing by their CURIEs, as Biolink spells them."""
        found = self._ledger.peek(thing, _EXACT)
        return {own(value): value for value in found if isinstance(value, NamedNode)}

    def _best(self, thing: NamedNode) -> str:
        for by, prefix in ((_PMID, "PMID"), (_DOI, "doi")):
            for value in self._ledger.peek(thing, by):
                return f"{prefix}:{value.value}"
        exact = sorted(self.exact(thing))
        for prefix in model().preferred.get(self.category(thing), ()):
            for curie in exact:
                if curie.startswith(f"{prefix}:"):
                    return curie
        return own(thing)


def own(thing: Value) -> str:
    """Return a name with the prefix that Biolink has for it, or else ours; a text as it is."""
    if isinstance(thing, Literal):
        return thing.value
    curie = prefixes().compress(thing.value)
    prefix, colon, local = curie.partition(":")
    return f"{model().prefixes.get(prefix, prefix)}{colon}{local}"


def namespaces() -> dict[str, str]:
    """Return what each prefix of the files stands for."""
    return {
        **{model().prefixes.get(prefix, prefix): iri for prefix, iri in prefixes()},
        "infores": "https://w3id.org/biolink/infores/",
        "offlabel": BASE,
    }
