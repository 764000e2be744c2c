"""Every format has expected output on the small world."""

import pytest

from exporting import expected
from offlabel.exports import EXPORTS
from offlabel.stores.memory import MemoryStore
from regenerate_exports import EXPECTED, output, small_selection


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_output_is_what_is_expected(name: str, tiny: MemoryStore) -> None:
    """A format writes what stands in tests/exporters; `regenerate_exports.py` rewrites that."""
    assert expected(name) == output(name, small_selection(name, tiny.store))


def test_nothing_else_is_expected() -> None:
    """Each folder of expected output is that of a format."""
    assert sorted(EXPORTS) == sorted(path.name for path in EXPECTED.iterdir())
