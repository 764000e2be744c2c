"""The user's RSA key, with which nanopublications are signed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offlabel.errors import MissingExtraError, OfflabelError


@dataclass(frozen=True)
class Key:
    """A private key, and its public half as nanopublications carry it."""

    private: Any
    public: str

    def sign(self, content: bytes) -> str:
        """Return the signature of a content in Base64: RSA, PKCS #1 v1.5, SHA-256."""
        from Crypto.Hash import SHA256
        from Crypto.Signature import pkcs1_15

        return b64encode(pkcs1_15.new(self.private).sign(SHA256.new(content))).decode()


def read_key(path: Path) -> Key:
    """Read an RSA key, as PEM or as the bare Base64 that nanopublication tools keep."""
    try:
        from Crypto.PublicKey import RSA
    except ImportError:
        raise MissingExtraError("nanopubs", "Signing nanopublications") from None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OfflabelError(
            f"{path}: the key cannot be read ({error.strerror}). Check the path after key=."
        ) from None
    try:
        armoured = b"-----BEGIN" in content
        key = RSA.import_key(content if armoured else b64decode(content, validate=False))
    except (ValueError, IndexError, TypeError):
        raise OfflabelError(
            f"{path}: this is no RSA key that can be read. Make one without a passphrase, for "
            "example with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE"
        ) from None
    if not key.has_private():
        raise OfflabelError(f"{path}: this is a public key. Signing needs the private one.")
    public: Any = key.public_key()
    return Key(key, b64encode(public.export_key(format="DER")).decode())
