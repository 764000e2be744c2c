"""A release: every other format in one folder, described as an RO-Crate 1.2.

Beside the formats stand the description (VoID, DCAT, HCLS), CITATION.cff, checksums and a page that
says what is what. The same sources give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyoxigraph import Store

from offlabel.errors import OfflabelError, ParameterError
from offlabel.exports.base import fill_folder
from offlabel.exports.crate import CRATE, crate
from offlabel.exports.description import described, version_of
from offlabel.exports.distributions import LICENCE, Described, described_file, distributions
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.stores.memory import OxigraphStore
from offlabel.terms import BASE

if TYPE_CHECKING:
    from offlabel.exports.base import FileExport, FolderExport

CHECKSUMS = "checksums.sha256"
_LOSS, _VOID, _README, _CITATION = "loss.json", "void.ttl", "README.md", "CITATION.cff"
_TITLE = "offlabel: evidence for off-label drug use"
_ABOUT = (
    "The evidence on drugs used off label as a graph in which every statement can be asked who "
    "says so, at which dose, how strongly, and since when."
)
_OWN = {
    _LOSS: "what the release could not hold",
    _VOID: "the description of the data set (VoID, DCAT, HCLS)",
    _README: "what is what",
    _CITATION: "how to cite it",
}


@dataclass
class _Parts:
    """What was written so far: titles and media types by name, and what was left out, and why."""

    titles: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def title(self, name: str) -> str:
        """Return what a file is: of a file of a folder, what the folder is."""
        folder = f"{name.partition('/')[0]}/"
        of = name.removesuffix(".loss.json")
        found = self.titles.get(name) or self.titles.get(folder) or _OWN.get(name)
        return found or f"what {self.titles.get(of, name)} could not hold"


@dataclass(frozen=True)
class ReleaseExport:
    """A folder with everything; `base` is the address at which its files will be."""

    name: str = "release"
    title: str = "everything, as an RO-Crate with checksums"
    base: str = ""

    @property
    def options(self) -> Mapping[str, str]:
        """Return what each option is for."""
        return {"base": "the address under which the files will be published"}

    def adjusted(self, values: Mapping[str, str]) -> ReleaseExport:
        """Return the export with an address of the web."""
        base = values.get("base", self.base)
        if urlsplit(base).scheme not in ("http", "https"):
            raise ParameterError(f"{base!r} is no address: write base=https://example.org/data/.")
        return replace(self, base=base)

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the folder; a format that cannot be written of this selection is left out.

        That is so where its extra is not installed, or where it has nothing to say: there are no
        nanopublications of a selection without a claim. The page and the loss report say which.
        """
        from offlabel.exports import FILES, FOLDERS

        version, day = version_of(OxigraphStore(selection.store))
        parts = _Parts()
        for name, file in FILES.items():
            _one_file(name, file, selection, folder, parts)
        for name, other in FOLDERS.items():
            if name != self.name:
                _one_folder(name, other, selection, folder, parts)
        notes = tuple(f"{name} is left out: {why}" for name, why in parts.left_out.items())
        loss = Loss(self.name, sum(1 for _ in selection.quads()), notes=notes)
        (folder / _LOSS).write_bytes(loss.json())
        (folder / _CITATION).write_text(_citation(version, day), encoding="utf-8")
        (folder / _README).write_text(_readme(version, day, parts), encoding="utf-8")
        about = distributions(_described(folder, parts), version, day, self.base)
        void = described(_chosen(selection), BASE, (version, day), about)
        (folder / _VOID).write_bytes(void)
        folders = {name: title for name, title in parts.titles.items() if name.endswith("/")}
        said = crate(_described(folder, parts), folders, version, day, _TITLE, _ABOUT)
        text = json.dumps(said, indent=1, ensure_ascii=False)
        (folder / CRATE).write_text(f"{text}\n", encoding="utf-8")
        sums = "".join(f"{file.sha256}  {file.name}\n" for file in _described(folder, parts))
        (folder / CHECKSUMS).write_text(sums, encoding="utf-8")
        return loss


def _chosen(selection: Selection) -> OxigraphStore:
    """Return a store of the selection alone, to be counted."""
    store = Store()
    store.extend(selection.quads())
    return OxigraphStore(store)


def _fresh(selection: Selection) -> Selection:
    """Return the same selection with a ledger of its own."""
    return Selection(selection.store, selection.parts, selection.things, selection.roots)


def _one_file(
    name: str, export: FileExport, selection: Selection, folder: Path, parts: _Parts
) -> None:
    path = folder / f"offlabel-{name}{export.suffix}"
    try:
        with path.open("wb") as file:
            loss = export.dump(_fresh(selection), file)
    except OfflabelError as error:
        path.unlink()
        parts.left_out[name] = str(error)
        return
    (folder / f"{path.name}.loss.json").write_bytes(loss.json())
    parts.titles[path.name] = export.title
    parts.types[path.name] = export.media_type


def _one_folder(
    name: str, export: FolderExport, selection: Selection, folder: Path, parts: _Parts
) -> None:
    place = folder / name
    place.mkdir()
    try:
        fill_folder(export, _fresh(selection), place)
    except OfflabelError as error:
        import shutil

        shutil.rmtree(place)
        parts.left_out[name] = str(error)
        return
    parts.titles[f"{name}/"] = export.title


def _described(folder: Path, parts: _Parts) -> list[Described]:
    found = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    return [
        described_file(folder, name, parts.title(name), parts.types.get(name, "")) for name in found
    ]


def _citation(version: str, day: str) -> str:
    return f"""cff-version: 1.2.0
title: "{_TITLE}"
message: If you use this data, please cite it as below.
type: dataset
authors:
  - name: The offlabel authors
version: {version}
date-released: {day}
license: CC-BY-4.0
url: {BASE}
"""


def _readme(version: str, day: str, parts: _Parts) -> str:
    rows = "".join(f"| `{name}` | {title} |\n" for name, title in sorted(parts.titles.items()))
    missing = "".join(f"- {name}: {why}\n" for name, why in parts.left_out.items())
    left = f"\nLeft out:\n\n{missing}"
    return f"""# {_TITLE}, version {version} of {day}

{_ABOUT}

| File | Holds |
|---|---|
{rows}
Beside each file, or inside each folder, `loss.json` says what the format could not hold.
`void.ttl` describes the data set, `{CRATE}` the files;
`sha256sum --check {CHECKSUMS}` compares them. Licence: CC BY 4.0, {LICENCE}
{left if missing else ""}"""


RELEASE = ReleaseExport()
