"""The description of a release as an RO-Crate 1.2 (https://w3id.org/ro/crate/1.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from offlabel.exports.distributions import LICENCE, Described
from offlabel.terms import BASE

CRATE = "ro-crate-metadata.json"


def crate(
    files: Iterable[Described],
    folders: Mapping[str, str],
    version: str,
    day: str,
    title: str,
    about: str,
) -> dict[str, Any]:
    """Return the crate: each file with size, checksum and format, each folder with its files."""
    entities: list[dict[str, Any]] = [
        {
            "@id": file.name,
            "@type": "File",
            "name": file.title,
            "contentSize": str(file.size),
            "encodingFormat": file.media_type,
            "sha256": file.sha256,
        }
        for file in files
    ]
    names = [str(entity["@id"]) for entity in entities]
    for folder, name in folders.items():
        inside = [{"@id": file} for file in names if file.startswith(folder)]
        entities.append({"@id": folder, "@type": "Dataset", "name": name, "hasPart": inside})
    top = [{"@id": one["@id"]} for one in entities if "/" not in str(one["@id"]).rstrip("/")]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{title}, {version}",
        "description": about,
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
