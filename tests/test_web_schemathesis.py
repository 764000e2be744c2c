"""Requests made from the OpenAPI document, good and bad, break nothing: no answer is a 5xx."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode
from starlette.applications import Starlette

from offlabel.paths import Roots
from offlabel.stores.disk import DiskStore
from offlabel.web import api, exporting, openapi, things, wellknown
from web.inprocess import application

# What is asked of each address: few requests, for there are more than a hundred addresses.
EXAMPLES = settings(
    max_examples=4,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def app(real_roots: Roots, real_disk: DiskStore) -> Starlette:
    """Return the application on the real graph."""
    return application(real_roots, real_disk, (api, exporting, openapi, wellknown, things))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_breaks_the_server(app: Starlette, mode: GenerationMode) -> None:
    """Whatever fits the document, or does not, is answered with what the document announces."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    statuses: Counter[int] = Counter()
    odd = []
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]

        @seed(1)
        @EXAMPLES
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            response = case.call()
            statuses[response.status_code] += 1
            if response.status_code >= 500 or (
                response.status_code >= 400
                and response.headers["content-type"][0] != "application/problem+json"
            ):
                odd.append((case.method, case.path, case.query, response.status_code))

        ask()

    assert statuses[200 if mode == GenerationMode.POSITIVE else 400] > 100
    assert [] == odd
