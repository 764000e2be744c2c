"""Saved questions: their heads, typed parameters, answers and the formats of answers."""
