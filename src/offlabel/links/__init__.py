"""Outside ontologies: mapped, imported, checked, asked."""
