"""Names in a form in which spelling does not matter."""

from __future__ import annotations

import re
import unicodedata

_APART = re.compile(r"[^0-9a-z]+")
_POSSESSIVE = re.compile(r"['’]s\b")
# British spellings, and endings of the plural, that ontologies and articles mix.
# Each with letters without which it cannot be there, which are looked for more quickly.
_SPELLINGS = (
    ("aem", re.compile(r"(?<=[a-z])aem(?=[a-z])"), "em"),
    ("oede", re.compile(r"oede"), "ede"),
    ("oe", re.compile(r"oe(?=[a-z])"), "e"),
    ("our", re.compile(r"(?<=[a-z])our\b"), "or"),
    ("diarrhoea", re.compile(r"diarrhoea"), "diarrhea"),
)
_SAME = {"disorder": "disease", "of": "", "the": ""}
_OF_BODY = re.compile(r"(?<=\w) of (?:the )?body\b")  # skin of body: skin, and not that of a part
# Names of substances keep Greek letters or write them as WHO does: cyclosporin, ciclosporin.
_GREEK = (("ph", "f"), ("th", "t"), ("y", "i"))


def normal(text: str) -> str:
    """Return a name in lower case, without accents, marks, possessives or British spellings."""
    bare = _POSSESSIVE.sub("", text.casefold())
    if not bare.isascii():
        letters = unicodedata.normalize("NFKD", bare)
        bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    for letters, pattern, spelling in _SPELLINGS:
        if letters in bare:
            bare = pattern.sub(spelling, bare)
    return " ".join(_singular(word) for word in _APART.split(bare) if word)


def key(text: str) -> str:
    """Return a name whose words stand in the order of the alphabet: dermatitis, atopic.

    Words between which ontologies choose freely, such as disease and disorder, are the same; so are
    the two ways to write Greek letters.
    """
    return key_of_normal(normal(text))


def key_of_normal(plain: str) -> str:
    """Return the key of a name that is in normal form."""
    bare = _OF_BODY.sub("", plain) if " body" in plain else plain
    for greek, latin in _GREEK:
        bare = bare.replace(greek, latin)
    words = (_SAME.get(word, word) for word in bare.split())
    return " ".join(sorted(filter(None, words)))


def heads(plain: str) -> set[str]:
    """Return of which things a normal name names a kind: of lamina of skin, the lamina.

    It is what stands before "of", else the last word.
    """
    before, of, _ = plain.partition(" of ")
    return ({before} if of else {plain.rpartition(" ")[2]}) - {plain}


def _singular(word: str) -> str:
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us"))
    return word[:-1] if is_plural else word
