"""Claims and derived grades as nanopublications with trusty URIs, signed where a key is given."""

from offlabel.exports.nanopubs.folder import NANOPUBS

__all__ = ["NANOPUBS"]
