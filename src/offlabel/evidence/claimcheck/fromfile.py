"""Read claims from a CSV or YAML file that people write."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path

import yaml
from pyoxigraph import NamedNode

from offlabel.errors import OfflabelError, SourceError, SourcesError, UnknownNameError
from offlabel.evidence.claimcheck.model import Claim
from offlabel.names import close_matches, get_thing
from offlabel.queries.table import Value
from offlabel.stores.base import Store
from offlabel.terms import OL

COLUMNS = ("id", "subject", "regimen", "relation", "condition", "strength", "design", "least")
REMEDY = f"The columns are {', '.join(COLUMNS)}; docs/check-claims.md says what each takes."
_BIGGEST = 5_000_000  # bytes
_MOST_ERRORS = 20
_OF_DRUG = f"ASK {{ ?regimen <{OL}ofDrug> ?drug }}"

Row = Mapping[str, str]


def read_claims(path: Path, store: Store, strengths: Iterable[Mapping[str, Value]]) -> list[Claim]:
    """Return the claims of a file, or raise `SourcesError` with all that is wrong with it.

    `strengths` are the rows of evidence/how-strong-a-wording. A strength is the name of a modality,
    a verb that a certainty permits, or a certainty; where it is left out, the claim is asserted.
    """
    return claims_from_text(_content(path), path, store, strengths)


def claims_from_text(
    text: str, path: Path, store: Store, strengths: Iterable[Mapping[str, Value]]
) -> list[Claim]:
    """Return the claims of a text; `path` names it in errors, its ending says how to read it."""
    reader = _Reader(store, strengths)
    claims: list[Claim] = []
    errors: list[SourceError] = []
    for line, row in _rows(path, text):
        try:
            claims.append(reader.claim(line, row))
        except OfflabelError as error:
            errors.append(SourceError(path, str(error), line=line))
    if errors:
        raise SourcesError(errors[:_MOST_ERRORS])
    if not claims:
        raise SourceError(path, "there is no claim in it.", REMEDY)
    return claims


class _Reader:
    """Turn rows into claims; each name is looked up once."""

    def __init__(self, store: Store, strengths: Iterable[Mapping[str, Value]]) -> None:
        self.store = store
        self._known: dict[tuple[str, str], NamedNode] = {}
        self._strengths = {"": f"{OL}Asserted"}
        for row in strengths:
            self._strengths[str(row["strength"])] = str(row["modality"])
            for word in ("certainty", "permits", "permitsAgainst"):
                self._strengths.setdefault(str(row[word]), str(row["modality"]))

    def claim(self, line: int, row: Row) -> Claim:
        """Return the claim of a row; raise `OfflabelError` where it cannot be read."""
        if not (row.get("subject") or row.get("regimen")):
            raise OfflabelError("the claim has neither subject nor regimen. Name one of them.")
        drug = self._thing(row["subject"], "drug") if row.get("subject") else None
        regimen = self._thing(row["regimen"], "regimen-class") if row.get("regimen") else None
        is_odd = (
            drug and regimen and not self.store.ask(_OF_DRUG, {"regimen": regimen, "drug": drug})
        )
        if is_odd:
            raise OfflabelError(f"{row['regimen']!r} is no kind of regimen of {row['subject']!r}.")
        return Claim(
            name=row.get("id") or f"line {line}",
            text=_text(row),
            drug=drug,
            regimen=regimen,
            relation=self._needed(row, "relation"),
            condition=self._needed(row, "condition"),
            strength=self._strength(row.get("strength", "")),
            design=self._thing(row["design"], "design") if row.get("design") else None,
            least=_number(row.get("least", "")),
        )

    def _needed(self, row: Row, kind: str) -> NamedNode:
        if not row.get(kind):
            raise OfflabelError(f"the claim has no {kind}. Name one.")
        return self._thing(row[kind], kind)

    def _thing(self, name: str, kind: str) -> NamedNode:
        if (name, kind) not in self._known:
            self._known[name, kind] = get_thing(self.store, name, kind)
        return self._known[name, kind]

    def _strength(self, word: str) -> NamedNode:
        found = self._strengths.get(word.casefold())
        if found:
            return NamedNode(found)
        try:
            return self._thing(word, "modality")
        except UnknownNameError:
            words = [known for known in self._strengths if known]
            close = close_matches(word, words)
            see = "" if close else f"The strengths are {', '.join(words)}."
            raise UnknownNameError(word, "strength of wording", close, see) from None


def _text(row: Row) -> str:
    """Return the claim as a sentence, in the words of the file."""
    of = f" ({row['strength']})" if row.get("strength") else ""
    what = f" [{row['design']}]" if row.get("design") else ""
    subject = row.get("regimen") or f"{row.get('subject')}, at any dose,"
    return f"{subject} {row.get('relation')} {row.get('condition')}{what}{of}"


def _number(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise OfflabelError(f"{text!r} is no number of people. Write a whole number such as 50.")
    return int(text)


def _content(path: Path) -> str:
    try:
        if path.stat().st_size > _BIGGEST:
            remedy = f"Split it: a file may have {_BIGGEST:,} bytes."
            raise SourceError(path, "the file is too large.", remedy)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(path, "this is not UTF-8 text.", "Save the file as UTF-8.") from None
    except OSError as error:
        remedy = "Check its name and that it may be read."
        raise SourceError(path, f"cannot be read: {error.strerror}.", remedy) from None


def _rows(path: Path, content: str) -> Iterator[tuple[int, Row]]:
    """Yield each row with the line on which it starts."""
    read = _yaml if path.suffix.lower() in (".yaml", ".yml", ".json") else _csv
    for line, row in read(path, content):
        for name in row:
            if name not in COLUMNS:
                close = close_matches(name, COLUMNS)
                hint = f" Did you mean {close[0]}?" if close else ""
                raise SourceError(path, f"there is no column {name!r}.{hint}", REMEDY, line)
        yield line, {name: " ".join(value.split()) for name, value in row.items()}


def _csv(path: Path, content: str) -> Iterator[tuple[int, Row]]:
    table = csv.DictReader(StringIO(content, newline=""), strict=True, restkey="", restval="")
    try:
        for row in table:
            if "" in row:
                raise SourceError(
                    path,
                    "the row has more cells than the head, or the head a column without a name.",
                    "Quote a cell that holds a comma.",
                    table.line_num,
                )
            yield table.line_num, row
    except csv.Error as error:
        remedy = "Double a quotation mark inside a quoted cell, and close what is quoted."
        raise SourceError(path, f"the row is malformed: {error}.", remedy, table.line_num) from None


def _yaml(path: Path, content: str) -> Iterator[tuple[int, Row]]:
    """Yield the mappings of a list; values stay the text that is written."""
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be read"
        line = mark.line + 1 if mark else None
        raise SourceError(path, f"this is not YAML: {problem}.", "Correct it.", line) from None
    if root is not None and not isinstance(root, yaml.SequenceNode):
        raise SourceError(path, "this is no list of claims.", "Start each claim with '- '.", 1)
    for node in root.value if root else ():
        line = node.start_mark.line + 1
        parts = node.value if isinstance(node, yaml.MappingNode) else [(node, node)]
        if not isinstance(node, yaml.MappingNode) or not all(
            isinstance(part, yaml.ScalarNode) for pair in parts for part in pair
        ):
            remedy = "Write one 'name: value' a line, as in 'condition: psoriasis'."
            raise SourceError(path, "a claim is names with one value each.", remedy, line)
        yield line, {str(name.value): str(value.value) for name, value in parts}
