"""The vault: logins for devices, encrypted with AES-256-GCM in `vault.json` of the data folder.

The key comes from `FUSHINBAN_KEY` (Base64 of 32 bytes), from the file that `FUSHINBAN_KEY_FILE` names (the same text),
or else from `vault.key` beside the vault, made on first use. Weakness of that last way: key and vault lie in one
folder, so whoever copies the whole folder can read the logins; it protects only a vault that is copied or kept alone.
Where that is not enough, keep the key elsewhere (a memory stick, a secrets service) and name it by a variable.
"""

import hmac
import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fushinban import clock
from fushinban.errors import InputError, StoreError
from fushinban.messages import say
from fushinban.model.credential import Credential
from fushinban.model.facts import CredentialQuality
from fushinban.record.codec import decode, encode
from fushinban.record.files import locked_file, make_private_folder, replace_file
from fushinban.record.vault_key import find_key, make_key

FORMAT = "fushinban-vault"
VERSION = 1

#: How names begin under which the program keeps secrets of its own; people neither see nor enter them.
INTERNAL = "webhook."

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultEntry:
    """What the vault says openly of one login. `sealed`: nonce and cipher text, never the secret itself."""

    username: str
    sealed: str
    context: str = ""
    quality: CredentialQuality | None = None
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """The whole file. `key_check` tells a wrong key from a damaged entry; it gives nothing of the key away."""

    format: str = FORMAT
    version: int = VERSION
    key_check: str = ""
    entries: Mapping[str, VaultEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """The keys derived from the master key, one per purpose. Not shown by `repr`."""

    seal: bytes
    fingerprint: bytes
    check: str

    def __repr__(self) -> str:
        return "_Keys()"


class Vault:
    """The logins of one data folder, shared safely between processes. Every method may raise StoreError."""

    def __init__(self, data_dir: Path, environ: Mapping[str, str] | None = None) -> None:
        self._folder = data_dir
        self._path = data_dir / "vault.json"
        self._environ = os.environ if environ is None else environ
        self._keys: _Keys | None = None

    def put(
        self, name: str, username: str, secret: str, context: str = "", *, quality: CredentialQuality | None = None
    ) -> Credential:
        """Keep a login under a name, in the place of one of that name. Raises InputError for a name or login unfit.

        `context`: a note in clear text (whose login it is). `quality`: what was found out about the secret at entry,
        kept in clear text beside it.
        """
        _check_entry(name, username, secret)
        with self._writing() as content:
            keys = self._open(content, create=True)
            credential = self._credential(name, username, secret, keys)
            entry = VaultEntry(
                username=username,
                sealed=_seal(keys, name, username, secret),
                context=context,
                quality=replace(quality, fingerprint=credential.fingerprint) if quality else None,
                saved_at=clock.now(),
            )
            self._write(_Content(key_check=keys.check, entries={**content.entries, name: entry}))
        return credential

    def get(self, name: str) -> Credential:
        """The login of this name. Raises InputError when there is none, StoreError for a wrong key or altered entry."""
        content = self._read()
        entry = _entry(content, name)
        keys = self._open(content, create=False)
        secret = _unseal(keys, name, entry)
        return self._credential(name, entry.username, secret, keys)

    def entry(self, name: str) -> VaultEntry:
        """What is known of a login without opening it. Raises InputError when there is none."""
        return _entry(self._read(), name)

    def names(self) -> tuple[str, ...]:
        """The names of all logins, in order. Needs no key."""
        return tuple(sorted(self._read().entries))

    def remove(self, name: str) -> None:
        """Forget a login. Raises InputError when there is none."""
        with self._writing() as content:
            _entry(content, name)
            rest = {key: entry for key, entry in content.entries.items() if key != name}
            # With nothing left to open, the next login may be kept under another key.
            self._write(replace(content, entries=rest, key_check=content.key_check if rest else ""))

    def fingerprint(self, secret: str) -> str:
        """Keyed fingerprint of a secret: equal secrets are seen to be equal, nobody without the key learns more.

        32 hex digits: the first half of HMAC-SHA256 with a key derived from the master key.
        """
        keys = self._keys
        if keys is None:
            with self._writing() as content:
                keys = self._open(content, create=True)
        return _fingerprint(keys, secret)

    def check(self) -> None:
        """Whether the key is there and is the right one. Raises InputError, StoreError; makes nothing."""
        self._open(self._read(), create=False)

    def derived(self, purpose: str) -> bytes:
        """32 bytes for another purpose than logins (HKDF from the master key, which is made where there is none)."""
        self.fingerprint("")  # finds the right key or makes it
        master = find_key(self._folder, self._environ)
        if master is None:
            raise StoreError(say("record.vault-key-missing", place=self._path))
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"{FORMAT} for {purpose}".encode()).derive(master)

    def __repr__(self) -> str:
        return f"Vault({str(self._folder)!r})"

    def _credential(self, name: str, username: str, secret: str, keys: _Keys) -> Credential:
        return Credential(
            username=username, secret=secret, origin=f"vault:{name}", fingerprint=_fingerprint(keys, secret)
        )

    def _open(self, content: _Content, *, create: bool) -> _Keys:
        """The derived keys, checked against the vault. A key file is made only while there is nothing to open."""
        keys = self._keys or self._find(content, create=create)
        if content.key_check and not hmac.compare_digest(content.key_check, keys.check):
            raise StoreError(say("record.vault-wrong-key", place=self._path))
        self._keys = keys
        return keys

    def _find(self, content: _Content, *, create: bool) -> _Keys:
        key = find_key(self._folder, self._environ)
        if key is None and (not create or content.key_check):
            raise StoreError(say("record.vault-key-missing", place=self._path))
        return _derive(key if key is not None else make_key(self._folder))

    @contextmanager
    def _writing(self) -> Iterator[_Content]:
        make_private_folder(self._folder)
        with locked_file(self._folder / "vault.lock"):
            yield self._read()

    def _read(self) -> _Content:
        try:
            with self._path.open("rb") as file:
                raw = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return _Content(entries={})
        except OSError as error:
            raise StoreError(say("record.vault-broken", place=self._path)) from error
        return _parse(raw, self._path)

    def _write(self, content: _Content) -> None:
        text = json.dumps(json.loads(encode(content)), ensure_ascii=False, indent=1)
        try:
            replace_file(self._path, text.encode())
        except OSError as error:
            raise StoreError(say("record.vault-cannot-write", place=self._path, reason=error.strerror)) from error


def check_login(username: str, secret: str) -> None:
    """Raises InputError for a login that no device could be sent."""
    _check_entry("x", username, secret, shown=username)


def is_internal(name: str) -> bool:
    """Whether the program keeps this name for itself."""
    return name.startswith(INTERNAL)


def _parse(raw: bytes, path: Path) -> _Content:
    version = _version(raw)
    if version is not None and version > VERSION:
        raise StoreError(say("record.vault-newer", place=path))
    if version != VERSION or len(raw) > _MOST_BYTES:
        raise StoreError(say("record.vault-broken", place=path))
    try:
        return decode(_Content, raw.decode())
    except (StoreError, UnicodeDecodeError) as error:
        raise StoreError(say("record.vault-broken", place=path)) from error


def _version(raw: bytes) -> int | None:
    """The version that a vault file says it has; None for anything that is no vault file."""
    try:
        head = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    version = head.get("version") if isinstance(head, dict) and head.get("format") == FORMAT else None
    return version if type(version) is int else None


def _entry(content: _Content, name: str) -> VaultEntry:
    entry = content.entries.get(name)
    if entry is None:
        raise InputError(say("record.vault-no-name", name=name[:64]))
    return entry


def _check_entry(name: str, username: str, secret: str, shown: str = "") -> None:
    if not _NAME.fullmatch(name):
        raise InputError(say("record.vault-bad-name"))
    for text in (username, secret):
        # A line end or NUL cannot be sent in any login, and half characters cannot be encoded.
        if not text or len(text) > 1000 or any(c in "\0\r\n" or "\ud800" <= c <= "\udfff" for c in text):
            raise InputError(say("record.vault-bad-secret", name=shown[:64] or name))


def _derive(master: bytes) -> _Keys:
    def key(purpose: str) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"{FORMAT} {purpose}".encode()).derive(master)

    return _Keys(seal=key("seal"), fingerprint=key("fingerprint"), check=key("check").hex()[:32])


def _fingerprint(keys: _Keys, secret: str) -> str:
    return hmac.digest(keys.fingerprint, secret.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def _bound(name: str, username: str) -> bytes:
    """What an entry is bound to, so that it cannot be moved to another name or user. No separator can be forged."""
    return json.dumps([FORMAT, VERSION, name, username]).encode()


def _seal(keys: _Keys, name: str, username: str, secret: str) -> str:
    nonce = os.urandom(12)
    sealed = AESGCM(keys.seal).encrypt(nonce, secret.encode(), _bound(name, username))
    return b64encode(nonce + sealed).decode()


def _unseal(keys: _Keys, name: str, entry: VaultEntry) -> str:
    try:
        raw = b64decode(entry.sealed, validate=True)
        return AESGCM(keys.seal).decrypt(raw[:12], raw[12:], _bound(name, entry.username)).decode()
    except (InvalidTag, ValueError) as error:
        raise StoreError(say("record.vault-tampered", name=name)) from error
