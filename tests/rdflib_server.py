"""Serve a Turtle file as a SPARQL endpoint on rdflib's engine: rdflib_server.py FILE PORT."""

import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint


def main(path: str, port: int) -> None:
    """Load the file and answer queries until the process is ended."""
    dataset = Dataset(default_union=True)
    dataset.parse(path, format="turtle")
    uvicorn.run(SparqlEndpoint(graph=dataset), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
