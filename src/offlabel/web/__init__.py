"""The graph over HTTP: SPARQL, saved queries as REST, and every IRI as a page and as RDF."""
