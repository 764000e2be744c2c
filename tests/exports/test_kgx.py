"""KGX: every name is one of the Biolink model, and what the edges say is what the graph says."""

import csv
import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from exporting import (
    HOSTILE,
    TYPE,
    expected,
    exported,
    missing,
    select,
    statements,
    told,
    with_hostile_labels,
)
from offlabel.exports import FOLDERS
from offlabel.exports.kgx.model import model
from offlabel.exports.kgx.names import own
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL
from regenerate_exports import small_roots

# What the Biolink toolkit and linkml warn of is their own.
pytestmark = pytest.mark.filterwarnings("ignore")
FORMS = ("kgx", "kgx-jsonl")
QUALIFIERS = (
    "subject_specialization_qualifier",
    "qualified_predicate",
    "object_direction_qualifier",
    "anatomical_context_qualifier",
    "disease_context_qualifier",
    "clinical_approval_status",
    "number_of_cases",
)
TRIALS = ("RandomisedTrial", "NonRandomisedTrial", "SingleArmTrial")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def toolkit() -> Any:
    """Return the Biolink toolkit with the model that is installed; nothing is fetched."""
    from bmt import Toolkit

    schema = files("biolink_model") / "schema" / "biolink_model.yaml"
    return Toolkit(schema=str(schema), predicate_map={"predicate mappings": []})


def rows(found: dict[str, bytes], name: str) -> list[Row]:
    """Return the rows of a file of JSON lines."""
    return [json.loads(line) for line in found[f"{name}.jsonl"].decode().split("\n") if line]


@pytest.fixture(scope="module")
def lines(real: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the real graph as JSON lines."""
    return exported("kgx-jsonl", select(real.store), tmp_path_factory.mktemp("kgx"))[0]


@pytest.fixture(scope="module")
def nodes(lines: dict[str, bytes]) -> list[Row]:
    """Return the nodes of the real graph."""
    return rows(lines, "nodes")


@pytest.fixture(scope="module")
def edges(lines: dict[str, bytes]) -> list[Row]:
    """Return the edges of the real graph."""
    return rows(lines, "edges")


@pytest.mark.parametrize("form", FORMS)
def test_expected_output(form: str, tmp_path: Path) -> None:
    """The small world gives the files that are expected."""
    store = MemoryStore.from_roots(small_roots()).store

    assert expected(form) == exported(form, select(store), tmp_path)[0]


@pytest.mark.large
def test_every_name_is_of_the_model(toolkit: Any, nodes: list[Row], edges: list[Row]) -> None:
    """Categories, predicates, columns and values of lists are those of the version named."""
    assert model().version == toolkit.get_model_version()
    for category in {each for row in nodes for each in row["category"]}:
        assert toolkit.is_category(category), category
        assert not toolkit.is_mixin(category), category
    for category in {each for row in edges for each in row["category"]}:
        assert toolkit.is_association(category), category
    predicates = {row["predicate"] for row in edges} | {*model().designs.values()}
    predicates |= {found["predicate"] for found in model().relations.values()}
    predicates |= {row["qualified_predicate"] for row in edges if "qualified_predicate" in row}
    for predicate in predicates:
        assert toolkit.is_predicate(predicate), predicate
    for column in {name for row in nodes for name in row} - {*model().own_node_columns}:
        assert toolkit.view.get_slot(column.replace("_", " ")), column
    for column in {name for row in edges for name in row} - {*model().own_edge_columns}:
        assert toolkit.get_element(column.replace("_", " ")), column
    for column in (*model().own_node_columns, *model().own_edge_columns):
        assert toolkit.view.get_slot(column.replace("_", " ")) is None, f"{column} is Biolink's"
    for slot, enum in (
        ("knowledge_level", "KnowledgeLevelEnum"),
        ("agent_type", "AgentTypeEnum"),
        ("clinical_approval_status", "ClinicalApprovalStatusEnum"),
        ("object_direction_qualifier", "DirectionQualifierEnum"),
    ):
        for value in {row[slot] for row in edges if slot in row}:
            assert toolkit.is_permissible_value_of_enum(enum, value), (slot, value)


def test_every_edge_fits_its_predicate_and_association(
    toolkit: Any, nodes: list[Row], edges: list[Row]
) -> None:
    """Domain and range hold for predicate and association; qualifiers belong to the association."""
    categories = {row["id"]: row["category"][0] for row in nodes}
    view = toolkit.view
    kinds = {
        (
            row["category"][0],
            categories[row["subject"]],
            row["predicate"],
            categories[row["object"]],
        )
        for row in edges
    }
    for association, subject, predicate, object_ in kinds:
        assert fits(toolkit, subject, toolkit.get_slot_domain(predicate)), (predicate, subject)
        assert fits(toolkit, object_, toolkit.get_slot_range(predicate)), (predicate, object_)
        name = toolkit.get_element(association).name
        for slot, value in (("subject", subject), ("object", object_)):
            wanted = view.induced_slot(slot, name).range
            assert fits(toolkit, value, [f"biolink:{wanted}"]), (association, slot, value, wanted)
        above = view.induced_slot("predicate", name).subproperty_of
        if above:
            mine = toolkit.get_ancestors(predicate)
            assert above in mine, (association, predicate, above)
    for row in edges:
        slots = view.class_slots(toolkit.get_element(row["category"][0]).name)
        for qualifier in set(QUALIFIERS) & set(row):
            assert qualifier.replace("_", " ") in slots, (row["category"], qualifier)
        if "disease_context_qualifier" in row:
            assert "biolink:Disease" == categories[row["disease_context_qualifier"]]


def fits(toolkit: Any, category: str, wanted: Iterable[str]) -> bool:
    """Say whether a category is, or descends from, one of those that are wanted."""
    names = [name.removeprefix("biolink:") for name in wanted]
    known = [toolkit.get_element(name).name for name in names if toolkit.get_element(name)]
    ancestors = set(toolkit.get_ancestors(category))
    return not known or bool(ancestors & set(known))


def test_the_check_would_find_a_fault(toolkit: Any) -> None:
    """A study is no disease, and a disease fits the wider class."""
    assert not fits(toolkit, "biolink:Study", ["disease or phenotypic feature"])
    assert fits(toolkit, "biolink:Disease", ["disease or phenotypic feature"])


def test_identifiers_are_those_that_biolink_prefers(toolkit: Any, nodes: list[Row]) -> None:
    """A node has the identifier that stands first in the model's own list."""
    for row in nodes:
        category = toolkit.get_element(row["category"][0])
        preferred = list(dict.fromkeys(category.id_prefixes))
        if row["category"][0] in model().preferred:
            mine = model().preferred[row["category"][0]]
            assert [prefix for prefix in preferred if prefix in mine] == list(mine)
        known = [row["id"], *row.get("xref", [])]
        ranks = [
            preferred.index(prefix)
            for prefix in (curie.partition(":")[0] for curie in known)
            if prefix in preferred
        ]
        if ranks and row["id"] != row["offlabel_id"]:
            assert min(ranks) == preferred.index(row["id"].partition(":")[0]), row


def test_prefixes_are_spelt_as_in_the_model() -> None:
    """Each prefix that is changed is one that the model knows."""
    import yaml

    path = files("biolink_model") / "schema" / "biolink_model.yaml"
    schema = yaml.safe_load(path.read_text(encoding="utf-8"))
    named = {p for found in schema["classes"].values() for p in found.get("id_prefixes") or []}

    assert set() == set(model().prefixes.values()) - named - {"HGNC", "RXCUI"}


def test_every_kind_of_design_and_relation_of_steps_is_in_the_table(real: MemoryStore) -> None:
    """No design is without a predicate, and no relation between processes either."""
    designs = {q.subject for q in real.store.quads_for_pattern(None, TYPE, ol("Design"))}
    signed = {q.subject for q in real.store.quads_for_pattern(None, ol("sign"), None)}

    assert designs == set(model().designs)
    assert signed == set(model().relations)


def test_ends_of_edges_are_nodes_and_ids_are_unique(nodes: list[Row], edges: list[Row]) -> None:
    """Every subject and object, study and publication of an edge is a node."""
    ids = [row["id"] for row in nodes]

    assert len(ids) == len(set(ids))
    assert len(edges) == len({row["id"] for row in edges})
    for row in edges:
        ends = [row["subject"], row["object"], *row.get("publications", [])]
        assert set() == {*ends, *row.get("has_supporting_studies", [])} - set(ids)


def test_treats_needs_an_approval(tiny: MemoryStore, edges: list[Row], tmp_path: Path) -> None:
    """Nothing treats anything; with a record of an approval one edge does, and it alone."""
    assert not [row for row in edges if row["predicate"] == "biolink:treats"]
    approval = NamedNode(f"{BASE}drug/examplamine-approval")
    store = Store()
    store.extend(tiny.store)
    for quad in list(store.quads_for_pattern(approval, ol("approved"), None)):
        store.remove(quad)
        store.add(Quad(approval, ol("approved"), Literal(True), quad.graph_name))
    found = rows(exported("kgx-jsonl", select(store), tmp_path)[0], "edges")
    treats = [row for row in found if row["predicate"] == "biolink:treats"]

    assert [("drug:examplamine", "MONDO:0000000")] == [(r["subject"], r["object"]) for r in treats]
    assert "approved_for_condition" == treats[0]["clinical_approval_status"]
    assert not [
        r for r in found if r.get("clinical_approval_status") == "not_approved_for_condition"
    ]


def test_case_series_and_trials(edges: list[Row], real: MemoryStore) -> None:
    """Case series say that a drug was applied, trials that it was tested; doses come along."""
    case = next(row for row in edges if row.get("offlabel_id") == "study:weinstock-2020-arm")

    assert "biolink:applied_to_treat" == case["predicate"]
    assert ("CHEBI:7465", ["PMID:32196470"]) == (case["subject"], case["publications"])
    assert (4.5, 4.5) == (case["lowest_daily_dose_mg"], case["highest_daily_dose_mg"])
    assert ["regimen:low-dose-oral-naltrexone"] == case["dose_class"]
    assert 15 == case["number_of_cases"]
    designs = {ol(name) for name in TRIALS}
    found = real.store.quads_for_pattern(None, ol("hasDesign"), None)
    trials = {named(quad.subject) for quad in found if quad.object in designs}
    tested = [row for row in edges if row["predicate"] == "biolink:in_clinical_trials_for"]
    assert tested
    for row in edges:
        if "Treatment" in row["category"][0] and "Adverse" not in row["category"][0]:
            of_trial = bool(trials & set(row["has_supporting_studies"]))
            assert of_trial == (row["predicate"] == "biolink:in_clinical_trials_for"), row


def named(thing: object) -> str:
    """Return a thing of ours by its CURIE, a text as it is."""
    assert isinstance(thing, NamedNode | Literal)
    return own(thing)


def ol(name: str) -> NamedNode:
    """Return a term of the ontology."""
    return NamedNode(OL + name)


def test_tables_and_lines_say_the_same(
    real: MemoryStore, tmp_path: Path, lines: dict[str, bytes]
) -> None:
    """The tables, read by Python's own reader, hold what the JSON lines hold."""
    found = exported("kgx", select(real.store), tmp_path)[0]
    for name in ("nodes", "edges"):
        text = found[f"{name}.tsv"].decode()
        table = list(csv.DictReader(text.split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE))
        wanted = [
            {column: flat(value) for column, value in row.items()} for row in rows(lines, name)
        ]

        assert wanted == [{c: v for c, v in row.items() if v} for row in table if any(row.values())]


def flat(value: object) -> str:
    """Return a value as the tables have it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "|".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("world", ["tiny", "real"])
@pytest.mark.large
def test_the_loss_report_is_right(
    world: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What is held occurs in a row of its thing, and the report lists exactly the rest."""
    selection = select(request.getfixturevalue(world).store)
    found, loss = exported("kgx-jsonl", selection, tmp_path)
    held = set(selection.ledger.held)
    every = rows(found, "nodes") + rows(found, "edges")
    ids = {row["id"]: row["offlabel_id"] for row in rows(found, "nodes")}
    said = [{ids.get(value, value) for value in flattened(row)} | flattened(row) for row in every]
    by_name: dict[str, list[set[str]]] = {}
    for values in said:
        for value in values:
            by_name.setdefault(value, []).append(values)

    assert held
    assert not [
        t for t in held if not any(written(t) in v for v in by_name.get(named(t.subject), []))
    ]
    assert missing(statements(selection), held) == told(loss)
    lost_kinds = {about for about, _ in told(loss)} - {about for about, _ in missing(held, set())}
    assert {"ol:Claim", "ol:Passage", "ol:Flag", "ol:DerivedGrade"} <= lost_kinds
    assert not [row for row in every if set(row.get("type", [])) & lost_kinds]


def written(triple: Triple) -> str:
    """Return a value as it stands in a row."""
    value = triple.object
    if isinstance(value, Literal) and value.datatype.value.endswith("#decimal"):
        return str(float(value.value))
    return named(value)


def flattened(row: Row) -> set[str]:
    """Return every value of a row as a text."""
    values: list[object] = []
    for value in row.values():
        values += value if isinstance(value, list) else [value]
    return {str(value).lower() if isinstance(value, bool) else str(value) for value in values}


@pytest.mark.parametrize("form", FORMS)
def test_same_graph_same_bytes(form: str, tmp_path: Path) -> None:
    """Two builds of the same sources give the same files."""
    one, two = (
        exported(form, select(MemoryStore.from_roots(small_roots()).store), tmp_path / name)[0]
        for name in ("one", "two")
    )

    assert one == two


def test_hostile_labels(tiny: MemoryStore, tmp_path: Path) -> None:
    """Text keeps to its cell; a formula is made harmless in tables, and JSON keeps every letter."""
    subject = f"{BASE}condition/sample-fever"
    store = with_hostile_labels(tiny.store, [subject])
    table = exported("kgx", select(store), tmp_path / "t")[0]["nodes.tsv"].decode()
    (row,) = [line.split("\t") for line in table.split("\n") if "condition:sample-fever" in line]
    width = len(table.split("\n")[0].split("\t"))

    assert width == len(row)
    assert row[2].startswith("'=cmd()|")
    assert not set(row[2]) & set("\n\u2028\r")
    found = rows(exported("kgx-jsonl", select(store), tmp_path / "j")[0], "nodes")
    assert HOSTILE in {node.get("name") for node in found}


def test_metadata(lines: dict[str, bytes], nodes: list[Row], edges: list[Row]) -> None:
    """The metadata name the model, count what there is and resolve every prefix that is used."""
    metadata = json.loads(lines["metadata.json"])
    used = {row["id"].partition(":")[0] for row in nodes}

    assert "4.4.6" == metadata["biolink_version"]
    assert (len(nodes), len(edges)) == (metadata["nodes"], metadata["edges"])
    assert set() == used - set(metadata["prefixes"])
    assert {"kgx", "kgx-jsonl"} <= set(FOLDERS)
