"""The reflector's own key, and what it saw as signed bytes (`transport.reflector` checks them at the site)."""

import base64
import os
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.reflection import Reflection
from fushinban.transport.reflector import KEY_PREFIX, SIGNED_AS


class Signer:
    """The reflector's own key, kept in a private file."""

    def __init__(self, folder: Path) -> None:
        self._key = _own_key(folder / "reflector.key")

    @property
    def public(self) -> str:
        """`ed25519:BASE64`: what sites are told."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return KEY_PREFIX + base64.b64encode(raw).decode()

    def sign(self, seen: Reflection) -> dict[str, str]:
        """The content as text and its signature, both base64."""
        content = orjson.dumps(seen, option=orjson.OPT_UTC_Z | orjson.OPT_SORT_KEYS)
        signature = self._key.sign(SIGNED_AS + content)
        return {"content": base64.b64encode(content).decode(), "signature": base64.b64encode(signature).decode()}


def _own_key(file: Path) -> Ed25519PrivateKey:
    """The key of the file; made at the first start, readable by its owner alone."""
    try:
        return Ed25519PrivateKey.from_private_bytes(file.read_bytes())
    except FileNotFoundError:
        pass
    except ValueError as error:
        raise InputError(say("reflector.bad-key-file", file=file)) from error
    key = Ed25519PrivateKey.generate()
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(raw)
    return key
