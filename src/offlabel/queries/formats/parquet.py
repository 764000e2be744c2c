"""An answer as a Parquet file, with a type for each column; needs the extra `tables`."""

from __future__ import annotations

import io

from offlabel.queries.formats.base import PLAIN, Look
from offlabel.queries.table import Table


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as the bytes of a Parquet file."""
    file = io.BytesIO()
    table.to_polars().write_parquet(file)
    return file.getvalue()
