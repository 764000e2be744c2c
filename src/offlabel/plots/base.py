"""What every picture can do, and how it becomes an SVG or PNG file that is the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import escape

from pyoxigraph import Literal, NamedNode

from offlabel.errors import MissingExtraError, OfflabelError, ParameterError
from offlabel.names import get_thing
from offlabel.paths import Roots
from offlabel.plots.canvas import Canvas
from offlabel.queries.table import Table, Value
from offlabel.stores.base import Store
from offlabel.terms import XSD, prefixes

FORMS = ("svg", "png")

_DOTS_PER_INCH = 200
# Colours, fonts and ids are set here, whatever the reader's own settings are.
_SETTINGS: dict[str, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "offlabel",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "hatch.linewidth": 0.6,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}

Row = Mapping[str, Value]


@dataclass(frozen=True)
class Scope:
    """What a picture is of: a drug, conditions (all when there are none), a regimen, a day."""

    drug: str
    conditions: tuple[str, ...] = ()
    regimen: str | None = None
    as_of: date | None = None

    @classmethod
    def from_names(
        cls,
        store: Store,
        drug: str,
        conditions: Iterable[str] = (),
        regimen: str | None = None,
        as_of: date | None = None,
    ) -> Scope:
        """Return the scope that names stand for: slugs, CURIEs, IRIs or labels."""
        return cls(
            get_thing(store, drug, "drug").value,
            tuple(get_thing(store, name, "condition").value for name in conditions),
            get_thing(store, regimen, "regimen-class").value if regimen else None,
            as_of,
        )

    def has(self, condition: object) -> bool:
        """Say whether a condition is to be shown."""
        return not self.conditions or condition in self.conditions

    def bindings(self) -> dict[str, NamedNode | Literal]:
        """Give what queries are asked with: ?drug, and ?regimen and ?asOf where they are set."""
        given: dict[str, NamedNode | Literal] = {"drug": NamedNode(self.drug)}
        if self.regimen:
            given["regimen"] = NamedNode(self.regimen)
        if self.as_of:
            given["asOf"] = Literal(self.as_of.isoformat(), datatype=NamedNode(XSD + "date"))
        return given


@dataclass(frozen=True)
class Picture:
    """A page that was drawn, what it is called, and what it shows, for those who cannot see it."""

    name: str
    title: str
    description: str
    canvas: Canvas
    height: float


class Plot(Protocol):
    """One kind of picture."""

    @property
    def name(self) -> str:
        """Return the name by which users call it."""
        ...

    @property
    def summary(self) -> str:
        """Return what it shows, in one sentence."""
        ...

    def draw(self, store: Store, roots: Roots, scope: Scope) -> Picture:
        """Ask the graph and draw the answer; raise `OfflabelError` where there is none."""
        ...


def rows_from(store: Store, query: str, scope: Scope, *unused: str) -> list[Row]:
    """Ask a query with what a scope sets, but for the variables that the query does not have."""
    given = {name: term for name, term in scope.bindings().items() if name not in unused}
    found = store.select(prefixes().sparql() + query, given)
    return list(Table(found.variables, found.rows))


def label_of(store: Store, thing: str) -> str:
    """Return the label of a thing, or its CURIE."""
    query = f"SELECT ?label WHERE {{ {NamedNode(thing)} rdfs:label ?label }} ORDER BY ?label"
    found = store.select(prefixes().sparql() + query).rows
    return str(found[0][0].value) if found and isinstance(found[0][0], Literal) else thing


def nothing_to_draw(store: Store, what: str, scope: Scope) -> OfflabelError:
    """Return the error that says what the graph does not hold, and for which scope."""
    words = [
        f"There is nothing to draw: the graph holds no {what} of {label_of(store, scope.drug)}"
    ]
    if scope.conditions:
        words.append("in " + " or ".join(label_of(store, it) for it in scope.conditions))
    if scope.regimen:
        words.append(f"for {label_of(store, scope.regimen)}")
    if scope.as_of:
        words.append(f"by {scope.as_of}")
    return OfflabelError(" ".join(words) + ".")


def render(plot: Plot, store: Store, roots: Roots, scope: Scope, form: str = "svg") -> bytes:
    """Draw a picture and return it as "svg" or "png"; the same graph gives the same bytes."""
    with settings():
        picture = plot.draw(store, roots, scope)
        figure = picture.canvas.figure(picture.height)
        file = BytesIO()
        if form == "png":
            about = {"Title": picture.title, "Description": picture.description, "Software": None}
            figure.savefig(file, format="png", dpi=_DOTS_PER_INCH, metadata=about)
            return file.getvalue()
        about = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(file, format="svg", metadata=about)
        return _accessible(file.getvalue().decode(), picture).encode()


def form_from_path(path: Path) -> str:
    """Return the form that the ending of a file's name asks for."""
    form = path.suffix.removeprefix(".").lower()
    if form not in FORMS:
        raise ParameterError(
            f"{path}: a picture is SVG or PNG. Let the name end in .svg or .png, or give a format."
        )
    return form


@contextmanager
def settings() -> Iterator[None]:
    """Draw with the look of all pictures; say what to install where matplotlib is missing."""
    try:
        import matplotlib
        from matplotlib import style
    except ImportError:
        raise MissingExtraError("plots", "A picture") from None
    with matplotlib.rc_context():
        style.use("default")
        matplotlib.rcParams.update(_SETTINGS)  # type: ignore[arg-type]
        yield


def _accessible(text: str, picture: Picture) -> str:
    """Give an SVG a role, a title and a description, and each named mark a title of its own."""
    names = f"{picture.name}-title", f"{picture.name}-desc"
    head = (
        f'\\g<0> role="img" aria-labelledby="{names[0]} {names[1]}">\n'
        f' <title id="{names[0]}">{_literal(picture.title)}</title>\n'
        f' <desc id="{names[1]}">{_literal(picture.description)}</desc>'
    )
    text = re.sub(r"<svg [^>]*(?=>)", head, text, count=1).replace("</desc>>", "</desc>", 1)

    def titled(found: re.Match[str]) -> str:
        title = picture.canvas.titles.get(found[1])
        return f"{found[0]}\n<title>{escape(title)}</title>" if title else found[0]

    return re.sub(r'<g id="([^"]+)">', titled, text)


def _literal(text: str) -> str:
    return escape(text).replace("\\", r"\\")
