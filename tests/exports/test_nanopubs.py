"""Nanopublications: valid and named after what they hold, for the library of nanopublications."""

from __future__ import annotations

import csv
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from exporting import (
    HOSTILE,
    LABEL,
    TYPE,
    contents,
    expected,
    exported,
    missing,
    select,
    statements,
    told,
    with_hostile_labels,
)
from offlabel.errors import OfflabelError
from offlabel.exports import FOLDERS, Selection
from offlabel.exports.base import adjusted
from offlabel.exports.nanopubs import folder as nanopubs
from offlabel.exports.nanopubs.folder import NANOPUBS, NanopubsExport
from offlabel.exports.nanopubs.trusty import UNNAMED, artifact_code, canonical
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL, XSD
from regenerate_exports import small_roots

# rdflib warns of its own classes, which the library of nanopublications uses.
pytestmark = pytest.mark.filterwarnings("ignore")
SPACE = f"{BASE}np/"
CREATOR = "https://orcid.org/0000-0000-0000-0000"


@pytest.fixture(scope="module")
def folder(real: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the nanopublications of the real graph."""
    path = tmp_path_factory.mktemp("nanopubs")
    NANOPUBS.fill(select(real.store), path)
    return path


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a key that was made for these tests."""
    from Crypto.PublicKey import RSA

    path = tmp_path_factory.mktemp("key") / "private.pem"
    path.write_bytes(RSA.generate(2048).export_key(pkcs=8))
    return path


@pytest.fixture(scope="module")
def signed(key: Path, tiny: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the signed nanopublications of the small world."""
    path = tmp_path_factory.mktemp("signed")
    export = adjusted(FOLDERS["nanopubs"], {"key": str(key), "creator": CREATOR})
    export.fill(select(tiny.store), path)
    return path


def loaded(path: Path) -> Any:
    """Return a nanopublication as the library reads it."""
    from nanopub.nanopub import Nanopub

    return Nanopub(rdf=path)


def quads(path: Path) -> list[Quad]:
    """Return what a file holds."""
    return list(parse(path=str(path), format=RdfFormat.TRIG))


def recovered(folder: Path) -> set[Triple]:
    """Return the statements on things of the graph that assertions and provenance hold."""
    return {
        quad.triple
        for path in folder.rglob("*.trig")
        for quad in quads(path)
        if str(quad.graph_name).endswith(("#assertion>", "#provenance>"))
        and SPACE not in str(quad.subject)
    }


def test_expected_output(tmp_path: Path) -> None:
    """The small world gives the files that are expected."""
    store = MemoryStore.from_roots(small_roots()).store

    assert expected("nanopubs") == exported("nanopubs", select(store), tmp_path)[0]


@pytest.mark.large
def test_the_library_finds_each_valid(folder: Path) -> None:
    """Each nanopublication of the real graph is well formed, and its name fits what it holds."""
    paths = sorted(folder.rglob("*.trig"))

    assert 172 + 405 + 1 == len(paths)
    for path in paths:
        found = loaded(path)
        assert found.is_valid
        assert found.has_valid_trusty
        assert f"{SPACE}{found.metadata.trusty}" == str(found.metadata.np_uri)


def test_one_for_each_claim_and_grade(folder: Path, real: MemoryStore) -> None:
    """There is one for each claim and derived grade, in a file named after it, and in the index."""
    with (folder / "files.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["thing"]]
    things = {
        quad.subject.value
        for kind in ("Claim", "DerivedGrade")
        for quad in real.store.quads_for_pattern(None, TYPE, NamedNode(OL + kind))
        if isinstance(quad.subject, NamedNode)
    }
    index = {
        quad.object.value
        for quad in quads(folder / "index.trig")
        if quad.predicate.value.endswith("includesElement") and isinstance(quad.object, NamedNode)
    }

    assert things == {row["thing"] for row in rows}
    assert len(things) == len(rows)
    assert index == {row["nanopub"] for row in rows}
    for row in rows:
        assert f"{row['thing'].removeprefix(BASE)}.trig" == row["file"]
        assert row["nanopub"] in (folder / row["file"]).read_text(encoding="utf-8")


def test_a_claim_is_told_as_what_its_source_says(folder: Path) -> None:
    """The assertion says who asserts what and how firmly; where it is said is its provenance."""
    path = folder / "claim" / "droracle-2025-sc046.trig"
    parts = {
        part: {str(q.triple) for q in quads(path) if str(q.graph_name).endswith(f"#{part}>")}
        for part in ("assertion", "provenance", "pubinfo")
    }
    claim, source = f"<{BASE}claim/droracle-2025-sc046>", f"<{BASE}source/droracle-2025>"

    assert f"{claim} <{OL}modality> <{OL}Asserted>" in parts["assertion"]
    assert f"{claim} <{OL}madeIn> {source}" in parts["provenance"]
    assert any("hadPrimarySource" in each and source in each for each in parts["provenance"])
    assert any(f"<{OL}flags> {claim}" in each for each in parts["provenance"])
    assert not any(f"{OL}restsOn" in each for each in parts["assertion"])
    created = next(each for each in parts["pubinfo"] if "dc/terms/created" in each)
    assert f'"2026-11-23"^^<{XSD}date>' in created


@pytest.mark.parametrize("world", ["tiny", "real"])
@pytest.mark.large
def test_the_loss_report_is_right(
    world: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What another reader does not find in the files is exactly what the report lists."""
    selection = select(request.getfixturevalue(world).store)
    _, loss = exported("nanopubs", selection, tmp_path)
    found, everything = recovered(tmp_path), statements(selection)

    assert set() == found - everything
    assert missing(everything, found) == told(loss)
    assert 0 < loss.count < loss.statements


def test_same_graph_same_bytes(tmp_path: Path, key: Path) -> None:
    """Two builds of the same sources give the same files, signed ones too."""
    export = adjusted(NANOPUBS, {"key": str(key), "creator": CREATOR})
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        export.fill(select(MemoryStore.from_roots(small_roots()).store), tmp_path / name)

    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_signatures_verify(signed: Path, key: Path) -> None:
    """The signature is that of the key over the normalised graph, and no other fits it."""
    import nanopub.trustyuri.rdf.RdfHasher
    import nanopub.trustyuri.rdf.RdfUtils
    from Crypto.Hash import SHA256
    from Crypto.PublicKey import RSA
    from Crypto.Signature import pkcs1_15

    library: Any = nanopub.trustyuri.rdf
    paths = sorted(signed.rglob("*.trig"))
    public = RSA.import_key(key.read_bytes()).public_key()
    assert paths
    for path in paths:
        found = loaded(path)
        assert found.is_valid
        assert found.has_valid_trusty
        assert CREATOR in path.read_text(encoding="utf-8")
        assert public == RSA.import_key(b64decode(str(found.metadata.public_key)))
        # The library's own check (2.0.1) says yes to everything, so it is repeated here.
        rest = [
            q
            for q in library.RdfUtils.get_quads(found.rdf)
            if not str(q[2]).endswith("hasSignature")
        ]
        text = library.RdfHasher.normalize_quads(
            rest, baseuri=str(found.metadata.namespace), hashstr=" "
        ).encode()
        signature = b64decode(str(found.metadata.signature))
        pkcs1_15.new(public).verify(SHA256.new(text), signature)
        with pytest.raises(ValueError, match="signature"):
            pkcs1_15.new(public).verify(SHA256.new(text + b"x"), signature)


def test_a_changed_file_is_found_out(signed: Path, tmp_path: Path) -> None:
    """Another word in the assertion no longer fits the name."""
    from nanopub.utils import MalformedNanopubError

    text = (signed / "claim" / "t03.trig").read_text(encoding="utf-8")
    path = tmp_path / "changed.trig"
    path.write_text(text.replace("ol:ShowsPromise", "ol:Asserted"), encoding="utf-8")
    found = loaded(path)

    assert "ol:ShowsPromise" in text
    with pytest.raises(MalformedNanopubError, match="is not valid"):
        _ = found.has_valid_trusty


def test_no_trace_of_the_key(signed: Path, key: Path) -> None:
    """Neither the path of the key nor its private half is in any file."""
    secret = "".join(key.read_text(encoding="utf-8").splitlines()[1:-1])
    everything = b"".join(contents(signed).values()).decode()

    assert len(secret) > 1000
    assert not [part for part in re.findall(".{60}", secret)[10:] if part in everything]
    assert str(key.parent) not in everything


def test_keys_in_both_spellings(key: Path, tmp_path: Path) -> None:
    """A key is read as PEM, and as the bare Base64 that nanopublication tools keep."""
    from offlabel.exports.nanopubs.signing import read_key

    bare = tmp_path / "id_rsa"
    lines = key.read_text(encoding="utf-8").splitlines()
    bare.write_text("".join(lines[1:-1]), encoding="utf-8")

    assert read_key(key).public == read_key(bare).public


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), (b"nothing like a key", "no RSA key"), (b"", "no RSA key")],
)
def test_a_bad_key_is_told(tmp_path: Path, content: bytes | None, message: str) -> None:
    """A key that is missing or none is one clear error."""
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OfflabelError, match=message):
        adjusted(NANOPUBS, {"key": str(path), "creator": CREATOR})


def test_a_public_key_is_told(tmp_path: Path, key: Path) -> None:
    """A public key cannot sign."""
    from Crypto.PublicKey import RSA

    path = tmp_path / "public.pem"
    path.write_bytes(RSA.import_key(key.read_bytes()).public_key().export_key())
    with pytest.raises(OfflabelError, match="this is a public key"):
        adjusted(NANOPUBS, {"key": str(path), "creator": CREATOR})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"key": "x"}, "add --option creator"),
        ({"creator": "me"}, "is no IRI"),
        ({"creater": "x"}, "Did you mean creator"),
    ],
)
def test_bad_options_are_told(values: dict[str, str], message: str) -> None:
    """An option that is wrong, unknown or not alone enough is one clear error."""
    with pytest.raises(OfflabelError, match=message):
        adjusted(NANOPUBS, values)


def test_nothing_to_publish_is_told(tiny: MemoryStore, tmp_path: Path) -> None:
    """Where no claim and no grade is selected, the user is told."""
    with pytest.raises(OfflabelError, match="No claim and no derived grade"):
        NANOPUBS.fill(Selection(tiny.store, ("mappings",)), tmp_path)


def test_hostile_labels(tiny: MemoryStore, tmp_path: Path) -> None:
    """Any text survives, and the name still fits for the library."""
    store = with_hostile_labels(tiny.store, [f"{BASE}claim/t03"])
    NANOPUBS.fill(select(store), tmp_path)
    path = tmp_path / "claim" / "t03.trig"
    labels = {quad.object.value for quad in quads(path) if quad.predicate == LABEL}  # type: ignore[union-attr]

    assert HOSTILE in labels
    assert loaded(path).has_valid_trusty


@pytest.mark.parametrize(
    ("text", "datatype", "written"),
    [
        ("4.50", "decimal", "4.5"),
        ("+007.0", "decimal", "7"),
        ("-0.0", "decimal", "0"),
        ("1200", "decimal", "1200"),
        ("0.0000001", "decimal", "0.0000001"),
        ("007", "integer", "7"),
        ("no number", "integer", "no number"),
        ("007", "string", "007"),
    ],
)
def test_numbers_are_canonical(text: str, datatype: str, written: str) -> None:
    """A number has one spelling, so that every reader finds the same checksum."""
    kind = NamedNode(XSD + datatype)

    assert Literal(written, datatype=kind) == canonical(Literal(text, datatype=kind))


def test_spelling_of_numbers_does_not_change_the_name(tiny: MemoryStore, tmp_path: Path) -> None:
    """1.50 in place of 1.5 gives the same nanopublications."""
    predicate = NamedNode(f"{OL}value")
    store, changed = Store(), 0
    for quad in tiny.store:
        value = quad.object
        if quad.predicate == predicate and isinstance(value, Literal) and value.value == "1.5":
            value = Literal("1.500", datatype=value.datatype)
            changed += 1
        store.add(Quad(quad.subject, quad.predicate, value, quad.graph_name))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    NANOPUBS.fill(select(tiny.store), tmp_path / "a")
    NANOPUBS.fill(select(store), tmp_path / "b")

    assert changed
    one, two = (contents(tmp_path / name) for name in "ab")
    assert one["files.tsv"] == two["files.tsv"]


def test_a_code_by_hand() -> None:
    """The code is the checksum of the lines that the specification gives."""
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    graph = NamedNode(f"{UNNAMED}#assertion")
    one = Quad(NamedNode(UNNAMED), LABEL, Literal("a\\b\nc", language="en"), graph)
    two = Quad(NamedNode("http://example.org/s"), LABEL, NamedNode(UNNAMED), graph)
    lines = [
        f"{SPACE} #assertion", "http://example.org/s", LABEL.value, f"{SPACE} ",
        f"{SPACE} #assertion", f"{SPACE} ", LABEL.value, "@en a\\\\b\\nc",
    ]  # fmt: skip
    digest = sha256("".join(f"{line}\n" for line in lines).encode()).digest()

    assert f"RA{urlsafe_b64encode(digest).decode().rstrip('=')}" == artifact_code([one, two, two])


def test_a_long_index_is_an_index_of_indexes(
    tiny: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one index can list are listed in several, which the last one joins."""
    monkeypatch.setattr(nanopubs, "INDEX_SIZE", 10)
    NanopubsExport().fill(select(tiny.store), tmp_path)
    parts = sorted(tmp_path.glob("index-*.trig"))
    joined = {
        quad.object.value  # type: ignore[union-attr]
        for quad in quads(tmp_path / "index.trig")
        if quad.predicate.value.endswith("appendsIndex")
    }

    assert 3 == len(parts)
    assert joined == {str(loaded(path).metadata.np_uri) for path in parts}
    assert loaded(tmp_path / "index.trig").has_valid_trusty
