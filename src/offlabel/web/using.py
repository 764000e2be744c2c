"""The data set of an update that its request names (SPARQL 1.1 Protocol, 2.2.3).

The engine takes it only in the text, so `USING` clauses are written into that.
"""

from __future__ import annotations

import re

from offlabel.sources.sparql import TOKEN, has_two_readings
from offlabel.web.failures import Failure

Match = re.Match[str]


def with_dataset(text: str, default: list[str], named: list[str]) -> str:
    """Return an update whose patterns are matched in these graphs alone.

    Raise `Failure` where the text names a data set, too, or may be read in more than one way.
    """
    if has_two_readings(text):
        raise Failure(400, "Name the graphs by USING: this text may be read in two ways.")
    clauses = " ".join([*(f"USING <{g}>" for g in default), *(f"USING NAMED <{g}>" for g in named)])
    words = [token for token in TOKEN.finditer(text) if token.lastgroup not in ("comment", "space")]
    found, depth, after, written = list[str](), 0, 0, ""
    for place, token in enumerate(words):
        depth += (token[0] == "{") - (token[0] == "}")
        word = token[0].upper() if token.lastgroup == "word" and not depth else ""
        if word in ("USING", "WITH"):
            raise Failure(400, f"The request names graphs, and so does {word} in its text.")
        if word == "WHERE":
            found.append(text[after : token.start()])
            if written == "DELETE":  # short for DELETE and WHERE with the same pattern
                found.append(_group(text, words[place + 1 :]))
            found.append(f" {clauses} ")
            after = token.start()
        # The last keyword, or the end of a group: `DELETE WHERE` has no group between the two.
        written = word or ("" if token[0] == "}" else written)
    return "".join([*found, text[after:]])


def _group(text: str, words: list[Match]) -> str:
    """Return the group in braces with which some words begin."""
    depth = 0
    for token in words:
        depth += (token[0] == "{") - (token[0] == "}")
        if not depth:
            return text[words[0].start() : token.end()]
    return ""
