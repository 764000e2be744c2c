"""The graph over HTTP: a SPARQL endpoint that is safe to leave open."""
