"""What `offlabel ask` is measured against: parse the same files with rdflib, run the same query.

Usage: rdflib_ask.py QUERY_FILE
"""

import csv
import sys
from pathlib import Path

from rdflib import Graph
from rdflib.query import ResultRow

ROOT = Path(__file__).parents[1]


def main(query_file: str) -> None:
    """Print the answer as CSV."""
    graph = Graph()
    for folder in ("ontology", "data"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            if "shapes" not in path.parts:
                graph.parse(path, format="turtle")
    result = graph.query(Path(query_file).read_text(encoding="utf-8"))
    writer = csv.writer(sys.stdout)
    writer.writerow(result.vars or ())
    writer.writerows(row for row in result if isinstance(row, ResultRow))


if __name__ == "__main__":
    main(sys.argv[1])
