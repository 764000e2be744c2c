"""A knowledge graph of off-label evidence: who says so, at which dose, how strongly, since when."""
