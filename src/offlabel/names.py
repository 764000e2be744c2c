"""Find the thing that a slug, CURIE, IRI or label names, and offer close matches on a miss."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from offlabel.errors import ParameterError, UnknownNameError
from offlabel.stores.base import Store
from offlabel.terms import BASE, OL, RDFS, SKOS, Prefixes, prefixes

ANYTHING = "thing"

# What a kind is called: the classes of its members. The kinds that have a prefix of their own come
# first; members of the others are terms of the ontology.
KINDS: Mapping[str, tuple[str, ...]] = {
    "body": ("Organisation",),
    "claim": ("Claim",),
    "condition": ("Condition",),
    "contradiction": ("Contradiction",),
    "drug": ("Drug",),
    "effect": ("AdverseEffect",),
    "flag": ("Flag",),
    "grade": ("Grade",),
    "guideline": ("Recommendation", "Guideline"),
    "mechanism": ("Mechanism", "MechanismStep"),
    "passage": ("Passage",),
    "population": ("Population",),
    "process": ("BiologicalProcess",),
    "proposition": ("Proposition",),
    "receptor": ("Receptor",),
    "regimen": ("Regimen",),
    "regimen-class": ("RegimenClass",),
    "rule": ("Rule",),
    "scheme": ("GradeScheme",),
    "search": ("Search",),
    "section": ("Section",),
    "source": ("Source",),
    "study": ("Study",),
    "tissue": ("AnatomicalStructure",),
    "treatment": ("Treatment",),
    "curation-status": ("CurationStatus",),
    "design": ("Design",),
    "direction": ("Direction",),
    "directness": ("Directness",),
    "flag-category": ("FlagCategory",),
    "modality": ("Modality",),
    "outcome": ("Outcome",),
    "phase": ("Phase",),
    "polarity": ("Polarity",),
    "relation": ("Relation",),
    "review-status": ("ReviewStatus",),
    "route": ("Route",),
    "support": ("Support",),
    "topic": ("Topic",),
    ANYTHING: (),
}
_LABELS = "|".join(
    str(NamedNode(iri))
    for iri in (f"{RDFS}label", f"{SKOS}prefLabel", f"{SKOS}altLabel", f"{SKOS}notation")
)
_IS_A = f"a/{NamedNode(f'{RDFS}subClassOf')}*"
_SLUG = re.compile(r"\w[\w.-]*")
_MOST = 5
_LEAST_SCORE = 70.0
_SPREAD = 8.0


def get_thing(store: Store, name: str, kind: str = ANYTHING) -> NamedNode:
    """Return the one thing of a kind that a slug, CURIE, IRI or label names.

    A slug, CURIE or IRI goes before a label. Raise `UnknownNameError` with close matches where
    nothing fits, `ParameterError` where several things do or the thing is of another kind.
    """
    known = prefixes()
    name = name.strip()
    candidates = _candidates(name, known)
    found = _existing(store, candidates, kind) or _labelled(store, name, kind)
    if len(found) == 1:
        return found[0]
    if found:
        raise ParameterError(_several(name, [known.compress(node.value) for node in found]))
    _refuse_other_kind(store, name, kind, known)
    raise UnknownNameError(name, kind, _close(store, name, kind, known))


def close_matches(name: str, choices: Mapping[str, str] | Iterable[str]) -> list[str]:
    """Return up to three choices that look like a name, the closest first.

    Where `choices` maps texts to what stands for them, give the latter.
    """
    from rapidfuzz import fuzz, process

    texts = choices if isinstance(choices, Mapping) else {choice: choice for choice in choices}
    scored = process.extract(
        name.casefold(),
        {text: text.casefold() for text in texts},
        scorer=fuzz.WRatio,
        limit=None,
        score_cutoff=_LEAST_SCORE,
    )
    wanted = name.casefold()
    best = sorted(scored, key=lambda hit: (-hit[1], -fuzz.ratio(wanted, hit[0]), hit[2]))
    near = [text for _, score, text in best if score > best[0][1] - _SPREAD]
    return list(dict.fromkeys(texts[text] for text in near))[:3]


def _candidates(name: str, known: Prefixes) -> list[NamedNode]:
    """Return what a name could mean as an IRI, CURIE or slug."""
    bare = name.removeprefix("<").removesuffix(">")
    iris = [bare] if "://" in bare else []
    expanded = known.expand(name)
    if expanded and not iris:
        iris.append(expanded)
    if _SLUG.fullmatch(name):
        iris += [f"{BASE}{folder}/{name}" for folder in _folders(known)]
        iris.append(f"{OL}{name}")
    return [node for iri in iris if (node := _node(iri)) is not None]


def _folders(known: Prefixes) -> list[str]:
    return [prefix for prefix, iri in known if iri == f"{BASE}{prefix}/" and prefix != "graph"]


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def _existing(store: Store, nodes: Sequence[NamedNode], kind: str) -> list[NamedNode]:
    """Return the nodes that are described, as members of a kind."""
    if not nodes:
        return []
    values = " ".join(map(str, nodes))
    return _things(store, f"VALUES ?thing {{ {values} }} {_membership(kind)}")


def _labelled(store: Store, name: str, kind: str) -> list[NamedNode]:
    """Return the members of a kind that have a name as a label, whatever its case."""
    wanted = Literal(" ".join(name.split()).casefold())
    return _things(
        store,
        f"{_membership(kind)} ?thing {_LABELS} ?label . FILTER (LCASE(STR(?label)) = {wanted})",
    )


def _membership(kind: str) -> str:
    """Return the pattern that a thing of a kind meets."""
    if kind == ANYTHING:
        return "FILTER EXISTS { ?thing ?property ?value }"
    classes = " ".join(str(NamedNode(OL + name)) for name in KINDS[kind])
    return f"VALUES ?class {{ {classes} }} ?thing {_IS_A} ?class ."


def _things(store: Store, pattern: str) -> list[NamedNode]:
    rows = store.select(f"SELECT DISTINCT ?thing WHERE {{ {pattern} }} ORDER BY ?thing")
    return [row[0] for row in rows.rows if isinstance(row[0], NamedNode)]


def _several(name: str, curies: list[str]) -> str:
    shown = ", ".join(curies[:_MOST])
    more = f" and {len(curies) - _MOST} more" if len(curies) > _MOST else ""
    return f"{name!r} names several things: {shown}{more}. Write the one you mean."


def _refuse_other_kind(store: Store, name: str, kind: str, known: Prefixes) -> None:
    """Raise `ParameterError` where a name stands for something, but not of this kind."""
    if kind == ANYTHING:
        return
    others = _existing(store, _candidates(name, known), ANYTHING)
    for node in others or (_labelled(store, name, ANYTHING)):
        rows = store.select(f"SELECT DISTINCT ?class WHERE {{ {node} {_IS_A} ?class }}").rows
        classes = {row[0].value for row in rows if isinstance(row[0], NamedNode)}
        for other, members in KINDS.items():
            if classes.intersection(OL + member for member in members):
                raise ParameterError(
                    f"{known.compress(node.value)} is {_article(other)}; "
                    f"{_article(kind)} is needed here."
                )
        raise ParameterError(
            f"{known.compress(node.value)} is not {_article(kind)}, which is needed here."
        )


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind.replace('-', ' ')}"


def _close(store: Store, name: str, kind: str, known: Prefixes) -> list[str]:
    """Return names of things of a kind that look like a name: slugs, or CURIEs for any kind.

    Things of another namespace have neither and go by their labels.
    """
    if "://" in name:
        name = known.compress(name)
    if not name or "://" in name:
        return []
    ours = f"FILTER STRSTARTS(STR(?thing), {Literal(BASE)})" if kind == ANYTHING else ""
    rows = store.select(
        "SELECT DISTINCT ?thing ?label WHERE { "
        f"{_membership(kind)} ?thing {_LABELS} ?label . {ours} }} ORDER BY ?thing ?label"
    )
    texts: dict[str, str] = {}
    for thing, label in rows.rows:
        if not isinstance(thing, NamedNode):
            continue
        curie, called = known.compress(thing.value), getattr(label, "value", "")
        if curie == thing.value:
            texts.setdefault(called, called)
            continue
        slug = curie.partition(":")[2]
        shown = curie if kind == ANYTHING else slug
        for text in (slug, curie, called):
            texts.setdefault(text, shown)
    return close_matches(name, texts)
