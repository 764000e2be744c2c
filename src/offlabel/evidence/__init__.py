"""What the graph says as a whole: a thing, its proof, and the dossier on a drug."""
