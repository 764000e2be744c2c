"""How the embedded engine evaluates a SPARQL text, told from the text alone."""
