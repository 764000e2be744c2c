"""Pages for people: one for each thing, one for the ontology, one for each saved query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from offlabel.evidence.show import Thing
from offlabel.stores.base import Store, Term
from offlabel.terms import BASE, DCTERMS, OA, OL, OWL, RDFS, SKOS, prefixes
from offlabel.web.known import Known

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
CSP_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_MOST = 40  # claims on a page
_CLAIMS = """SELECT DISTINCT ?claim ?code ?label ?stance ?strength ?source ?sourceLabel
  ?tier ?section ?passage ?start ?end WHERE {{
  {{ ?claim <{ol}asserts>/(<{ol}concerns>|<{ol}subject>|<{ol}object>) {thing} }}
  UNION {{ ?claim <{ol}asserts> {thing} }}
  UNION {{ ?claim <{ol}madeIn> {thing} . ?claim <{ol}asserts> ?said }}
  UNION {{ VALUES ?claim {{ {thing} }} ?claim <{ol}asserts> ?said }}
  ?claim <{rdfs}label> ?label ; <{ol}madeIn> ?source .
  OPTIONAL {{ ?claim <{skos}notation> ?code }}
  OPTIONAL {{ ?claim <{ol}polarity>/<{rdfs}label> ?stance }}
  OPTIONAL {{ ?claim <{ol}modality>/<{rdfs}label> ?strength }}
  OPTIONAL {{ ?source <{rdfs}label> ?sourceLabel }}
  OPTIONAL {{ ?source a ?class . ?class <{rdfs}subClassOf> <{ol}Source> ; <{rdfs}label> ?tier }}
  OPTIONAL {{ ?claim <{ol}inSection>/<{rdfs}label> ?section }}
  OPTIONAL {{ ?claim <{ol}at> ?passage . ?passage <{oa}start> ?start ; <{oa}end> ?end }}
}} ORDER BY ?claim ?passage"""


@dataclass(frozen=True)
class Said:
    """One claim at one passage: what it says, in whose words it stands, and where."""

    claim: str
    code: str
    label: str
    stance: str
    strength: str
    source: str
    source_label: str
    tier: str
    section: str
    passage: str
    start: str
    end: str


def claims_of(store: Store, thing: NamedNode) -> list[Said]:
    """Return the claims on a thing, or the claim itself, with their passages."""
    text = _CLAIMS.format(thing=thing, ol=OL, rdfs=RDFS, skos=SKOS, oa=OA)
    return [Said(*(_value(term) for term in row)) for row in store.select(text).rows]


def thing_page(
    thing: Thing, claims: Sequence[Said], known: Sequence[Known], root: str, as_of: str | None
) -> str:
    """Write the page of a thing; `root` is the path under which the server answers."""
    said = {each.claim: each for each in claims}
    sources = Counter((each.source_label or each.source, each.tier) for each in said.values())
    return render(
        "thing.html.jinja",
        root,
        thing=thing,
        known=known,
        dated=f"&asOf={as_of}" if as_of else "",
        claims=claims[:_MOST],
        claims_in_all=len(said),
        sources=[(*source, count) for source, count in sources.most_common()],
        more_claims=max(0, len(claims) - _MOST),
        address=thing.iri.removeprefix(BASE),
        kind=thing.iri.removeprefix(BASE).partition("/")[0],
    )


def ontology_page(header: dict[str, str], rows: Iterable[tuple[Any, ...]], root: str) -> str:
    """Write the page of the ontology: each term with its anchor, label and definition."""
    terms = [[_value(term) for term in row] for row in rows]
    return render(
        "ontology.html.jinja",
        root,
        title=header.get(f"{DCTERMS}title", ""),
        description=header.get(f"{DCTERMS}description", ""),
        version=header.get(f"{OWL}versionInfo", ""),
        version_iri=header.get(f"{OWL}versionIRI", ""),
        iri=f"{BASE}ontology",
        terms=[(term.removeprefix(OL), *more) for term, *more in terms],
    )


def text_page(title: str, text: str, root: str) -> str:
    """Write a page of plain text."""
    return render("text.html.jinja", root, title=title, text=text)


def render(name: str, root: str, **values: object) -> str:
    """Fill in a template; `root` is the path under which the server answers."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("offlabel", "web/templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )

    def href(name: str | None) -> str:
        """Return where an IRI or CURIE leads: here if it is ours, or nothing if it is no link."""
        iri = (prefixes().expand(name) or name) if name else ""
        if iri.startswith(BASE):
            return f"{root}/{iri.removeprefix(BASE)}"
        return iri if iri.startswith(("https://", "http://")) else ""

    environment.filters |= {"href": href, "compress": prefixes().compress}
    return environment.get_template(name).render(root=root, **{"asked": "", **values}) + "\n"


def _value(term: Term | None) -> str:
    return str(getattr(term, "value", ""))
