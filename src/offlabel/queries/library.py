"""The saved queries: found by name without reading the others, or all read and listed."""

from __future__ import annotations

import re
from pathlib import Path

from offlabel.errors import ParameterError, UnknownNameError
from offlabel.names import close_matches
from offlabel.paths import Roots
from offlabel.queries.header import Query, read_query
from offlabel.sources.files import FEDERATED

_SLUG = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
_SEE = "`offlabel ask` lists them all."


def query_paths(roots: Roots) -> dict[str, Path]:
    """Return the file of each saved query by its slug, `topic/name`; no file is opened."""
    found: dict[str, Path] = {}
    for folder in roots.queries:
        for path in sorted(folder.rglob("*.rq")):
            slug = path.relative_to(folder).with_suffix("").as_posix()
            if not slug.startswith(f"{FEDERATED}/"):
                found.setdefault(slug, path)
    return found


def list_queries(roots: Roots) -> list[Query]:
    """Read every saved query, in the order of their slugs."""
    return [read_query(path, slug) for slug, path in sorted(query_paths(roots).items())]


def find_query(roots: Roots, name: str) -> Query | None:
    """Return the saved query of a slug or of a name that only one topic has, or None."""
    name = name.strip().strip("/").removesuffix(".rq")
    if _SLUG.fullmatch(name) and not name.startswith(f"{FEDERATED}/"):
        for folder in roots.queries:
            path = folder / f"{name}.rq"
            if path.is_file():  # then the folders need not be listed
                return read_query(path, name)
    paths = query_paths(roots)
    slugs = [name] if name in paths else [slug for slug in paths if slug.endswith(f"/{name}")]
    if len(slugs) > 1:
        raise ParameterError(f"{name!r} stands in several topics: {', '.join(slugs)}. Name one.")
    return read_query(paths[slugs[0]], slugs[0]) if slugs else None


def get_query(roots: Roots, name: str) -> Query:
    """Return a saved query; raise `UnknownNameError` with close matches where there is none."""
    found = find_query(roots, name)
    if found is not None:
        return found
    names = {slug.rpartition("/")[2]: slug for slug in query_paths(roots)}
    choices = {**names, **{slug: slug for slug in names.values()}}
    raise UnknownNameError(name, "saved query", close_matches(name, choices), _SEE)
