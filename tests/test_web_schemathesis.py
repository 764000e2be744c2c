"""Requests made from the OpenAPI document, good and bad, are answered as the document says."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from offlabel.stores.disk import DiskStore
from webserver import Server, serving

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
# What is asked of each address, and of each saved query, of which there are more than a hundred.
MANY, FEW = 15, 3
EXAMPLES = settings(
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def server(real_disk: DiskStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the real graph."""
    with serving(tmp_path_factory.mktemp("openapi"), "--workers", "2", data=()) as found:
        yield found


def few(path: str) -> int:
    """Return how many requests of a kind an address gets."""
    return FEW if path.startswith(("/api/queries/", "/api/exports/")) else MANY


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_described(server: Server, mode: GenerationMode) -> None:
    """Whatever fits the document, or does not, gets a status, a type and a shape that it names."""
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    statuses: Counter[int] = Counter()
    odd = []
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]

        @seed(1)
        @settings(EXAMPLES, max_examples=few(operation.path))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            response = case.call(timeout=60)
            statuses[response.status_code] += 1
            try:
                case.validate_response(response, checks=CHECKS)
            except FailureGroup as group:
                odd.append(
                    (case.method, case.path, response.status_code, *map(str, group.exceptions))
                )

        ask()

    assert [] == odd
    assert statuses[200 if mode == GenerationMode.POSITIVE else 400] > 150
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
