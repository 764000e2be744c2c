"""A release: every other format in one folder, described as an RO-Crate 1.2.

Beside the formats stand the description (VoID, DCAT, HCLS), CITATION.cff, checksums and a page that
says what is what. The same sources give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offlabel.errors import MissingExtraError
from offlabel.exports.base import fill_folder
from offlabel.exports.description import described, version_of
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.stores.memory import OxigraphStore
from offlabel.terms import BASE

if TYPE_CHECKING:
    from offlabel.exports.base import FileExport, FolderExport

CRATE = "ro-crate-metadata.json"
CHECKSUMS = "checksums.sha256"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_TITLE = "offlabel: evidence for off-label drug use"
_ABOUT = (
    "The evidence on drugs used off label as a graph in which every statement can be asked who "
    "says so, at which dose, how strongly, and since when."
)


@dataclass(frozen=True)
class ReleaseExport:
    """A folder with everything."""

    name: str = "release"
    title: str = "everything, as an RO-Crate with checksums"

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the folder; a format whose extra is not installed is named as left out."""
        from offlabel.exports import FILES, FOLDERS

        store = OxigraphStore(selection.store)
        version, day = version_of(store)
        parts: dict[str, str] = {}
        missing: list[str] = []
        for name, file in FILES.items():
            _one_file(name, file, selection, folder, parts, missing)
        for name, other in FOLDERS.items():
            if name != self.name:
                _one_folder(name, other, selection, folder, parts, missing)
        (folder / "void.ttl").write_bytes(described(store, BASE))
        (folder / "CITATION.cff").write_text(_citation(version, day), encoding="utf-8")
        (folder / "README.md").write_text(_readme(version, day, parts, missing), encoding="utf-8")
        crate = json.dumps(_crate(folder, version, day, parts), indent=1, ensure_ascii=False)
        (folder / CRATE).write_text(f"{crate}\n", encoding="utf-8")
        (folder / CHECKSUMS).write_text(_checksums(folder), encoding="utf-8")
        notes = tuple(f"{name} is left out: its extra is not installed." for name in missing)
        return Loss(self.name, sum(1 for _ in selection.quads()), notes=notes)


def _fresh(selection: Selection) -> Selection:
    """Return the same selection with a ledger of its own."""
    return Selection(selection.store, selection.parts, selection.things, selection.roots)


def _one_file(
    name: str,
    export: FileExport,
    selection: Selection,
    folder: Path,
    parts: dict[str, str],
    missing: list[str],
) -> None:
    path = folder / f"offlabel-{name}{export.suffix}"
    try:
        with path.open("wb") as file:
            loss = export.dump(_fresh(selection), file)
    except MissingExtraError:
        path.unlink()
        missing.append(name)
        return
    (folder / f"{path.name}.loss.json").write_bytes(loss.json())
    parts[path.name] = export.title


def _one_folder(
    name: str,
    export: FolderExport,
    selection: Selection,
    folder: Path,
    parts: dict[str, str],
    missing: list[str],
) -> None:
    place = folder / name
    place.mkdir()
    try:
        fill_folder(export, _fresh(selection), place)
    except MissingExtraError:
        import shutil

        shutil.rmtree(place)
        missing.append(name)
        return
    parts[f"{name}/"] = export.title


def _files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _checksums(folder: Path) -> str:
    lines = []
    for name in _files(folder):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        lines.append(f"{digest}  {name}\n")
    return "".join(lines)


def _crate(folder: Path, version: str, day: str, parts: dict[str, str]) -> dict[str, Any]:
    entities: list[dict[str, Any]] = []
    for name in _files(folder):
        path = folder / name
        said = {"@id": name, "@type": "File", "contentSize": str(path.stat().st_size)}
        said["name"] = parts.get(name, name)
        said["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        entities.append(said)
    for name, title in parts.items():
        if name.endswith("/"):
            inside = [{"@id": file} for file in _files(folder) if file.startswith(name)]
            entities.append({"@id": name, "@type": "Dataset", "name": title, "hasPart": inside})
    top = [{"@id": one["@id"]} for one in entities if "/" not in str(one["@id"]).rstrip("/")]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{_TITLE}, {version}",
        "description": _ABOUT,
        "datePublished": day,
        "version": version,
        "license": {"@id": LICENCE},
        "identifier": f"{BASE}dataset/{version}",
        "author": {"@id": f"{BASE}body/offlabel"},
        "hasPart": top,
    }
    return {
        "@context": "https://w3id.org/ro/crate/1.2/context",
        "@graph": [
            {
                "@id": CRATE,
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"},
            },
            root,
            {"@id": LICENCE, "@type": "CreativeWork", "name": "CC BY 4.0"},
            {
                "@id": f"{BASE}body/offlabel",
                "@type": "Organization",
                "name": "The offlabel authors",
            },
            *entities,
        ],
    }


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


def _readme(version: str, day: str, parts: dict[str, str], missing: list[str]) -> str:
    rows = "".join(f"| `{name}` | {title} |\n" for name, title in sorted(parts.items()))
    left = f"\nLeft out, since their extras were not installed: {', '.join(missing)}.\n"
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
