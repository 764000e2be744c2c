"""Names in a form in which spelling does not matter."""

from __future__ import annotations

import re
import unicodedata

_APART = re.compile(r"[^0-9a-z]+")
_POSSESSIVE = re.compile(r"['’]s\b")
# British spellings, and endings of the plural, that ontologies and articles mix.
_SPELLINGS = (
    (re.compile(r"(?<=[a-z])aem(?=[a-z])"), "em"),
    (re.compile(r"oede"), "ede"),
    (re.compile(r"oe(?=[a-z])"), "e"),
    (re.compile(r"(?<=[a-z])our\b"), "or"),
    (re.compile(r"diarrhoea"), "diarrhea"),
)
_SAME = {"disorder": "disease", "of": "", "the": ""}


def normal(text: str) -> str:
    """Return a name in lower case, without accents, marks, possessives or British spellings."""
    bare = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", text.casefold()))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    for pattern, spelling in _SPELLINGS:
        bare = pattern.sub(spelling, bare)
    return " ".join(_singular(word) for word in _APART.split(bare) if word)


def key(text: str) -> str:
    """Return a name whose words stand in the order of the alphabet: dermatitis, atopic.

    Words between which ontologies choose freely, such as disease and disorder, are the same.
    """
    words = (_SAME.get(word, word) for word in normal(text).split())
    return " ".join(sorted(filter(None, words)))


def _singular(word: str) -> str:
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us"))
    return word[:-1] if is_plural else word
