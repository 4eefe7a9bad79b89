"""Messages of SNMPv3 under the user-based security model: proved by HMAC, encrypted with AES-128. Pure.

RFC 3412 (the frame), RFC 3414 (keys, proof, reports), RFC 7860 (HMAC with SHA-2), RFC 3826 (AES). The hashes, HMAC and
AES are those of Python and of the `cryptography` package.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from fushinban.model.credential import SnmpAccess, SnmpHash
from fushinban.transport import ber
from fushinban.transport.ber import Oid, Reader
from fushinban.transport.snmp_message import Answered, read_pdu

_V3, _USM = 3, 3
_PROVED, _ENCRYPTED, _REPORTABLE = 0x01, 0x02, 0x04
#: The largest datagram that we take.
_MOST = 65_507

#: Octets of the HMAC that are sent.
_PROOF = {
    SnmpHash.MD5: 12, SnmpHash.SHA1: 12, SnmpHash.SHA224: 16, SnmpHash.SHA256: 24, SnmpHash.SHA384: 32,
    SnmpHash.SHA512: 48,
}  # fmt: skip
_MEGABYTE = 1_048_576
_AES_KEY = 16

#: Counters that a report names instead of answering (RFC 3414, usmStats).
_STATS: Oid = (1, 3, 6, 1, 6, 3, 15, 1, 1)
UNSUPPORTED_LEVEL, NOT_IN_TIME, UNKNOWN_USER, UNKNOWN_ENGINE, WRONG_PROOF, NOT_DECRYPTED = (
    (*_STATS, n, 0) for n in range(1, 7)
)


class Engine(NamedTuple):
    """The agent: its id, how often it was started, and its seconds since."""

    id: bytes
    boots: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one user at one engine; never shown."""

    digest: SnmpHash
    proof: bytes
    privacy: bytes

    def __repr__(self) -> str:
        return f"Keys({self.digest})"


@dataclass(frozen=True, slots=True, kw_only=True)
class V3Answer:
    """An answer of v3. `proved`: its HMAC is right; `answered`: None where it could not be decrypted."""

    message: int
    engine: Engine
    proved: bool
    answered: Answered | None


def make_keys(access: SnmpAccess, engine: bytes) -> Keys:
    """The user's keys at this engine."""
    digest = access.digest
    proof = localized_key(access.secret.encode(), engine, digest)
    privacy = localized_key(access.privacy.encode(), engine, digest)[:_AES_KEY] if access.privacy else b""
    return Keys(digest, proof, privacy)


def localized_key(password: bytes, engine: bytes, digest: SnmpHash) -> bytes:
    """A password as the key at one engine (RFC 3414, appendix A.2). An empty password is a ValueError."""
    if not password:
        raise ValueError("empty password")
    whole = (password * (_MEGABYTE // len(password) + 1))[:_MEGABYTE]
    key = hashlib.new(digest.value, whole).digest()
    return hashlib.new(digest.value, key + engine + key).digest()


def discovery_message(message: int, pdu: bytes) -> bytes:
    """Asks who the agent is; carries no user and no secret."""
    return _message(message, _REPORTABLE, Engine(b"", 0, 0), "", b"", b"", _scoped(b"", pdu))


def proved_message(message: int, username: str, engine: Engine, keys: Keys, pdu: bytes) -> bytes:
    """A question of a user, encrypted where there is a key for it."""
    content, salt, flags = _scoped(engine.id, pdu), b"", _REPORTABLE | _PROVED
    if keys.privacy:
        salt, flags = os.urandom(8), flags | _ENCRYPTED
        content = ber.octets(_aes(keys.privacy, engine, salt).encryptor().update(content))
    blank = bytes(_PROOF[keys.digest])
    whole = _message(message, flags, engine, username, blank, salt, content)
    at = _Frame.read(whole).proof_at
    return whole[:at] + _proof(keys, whole) + whole[at + len(blank) :]


def read_v3(data: bytes, keys: Keys | None) -> V3Answer:
    """An answer, judged and decrypted by these keys. Raises Malformed for what is no message of v3.

    What only somebody with the key could have written is `proved`; nothing else may be taken for the agent's answer,
    besides reports, which say why there is none.
    """
    frame = _Frame.read(data)
    proved = bool(frame.flags & _PROVED) and keys is not None and _is_proved(keys, frame, data)
    content = frame.content
    if frame.flags & _ENCRYPTED:
        if keys is None or not keys.privacy or not proved or len(frame.salt) != 8:
            return V3Answer(message=frame.message, engine=frame.engine, proved=proved, answered=None)
        content = _aes(keys.privacy, frame.engine, frame.salt).decryptor().update(Reader(content).take(ber.OCTETS)[1])
    scoped = Reader(content).inside(ber.SEQUENCE)
    scoped.take(ber.OCTETS)
    scoped.take(ber.OCTETS)
    return V3Answer(message=frame.message, engine=frame.engine, proved=proved, answered=read_pdu(scoped))


def _is_proved(keys: Keys, frame: "_Frame", data: bytes) -> bool:
    size = _PROOF[keys.digest]
    if frame.proof_size != size:
        return False
    given = data[frame.proof_at : frame.proof_at + size]
    blank = data[: frame.proof_at] + bytes(size) + data[frame.proof_at + size :]
    return hmac.compare_digest(given, _proof(keys, blank))


def _proof(keys: Keys, blank: bytes) -> bytes:
    return hmac.digest(keys.proof, blank, keys.digest.value)[: _PROOF[keys.digest]]


def _aes(key: bytes, engine: Engine, salt: bytes) -> Cipher[CFB]:
    start = (engine.boots & 0xFFFFFFFF).to_bytes(4, "big") + (engine.seconds & 0xFFFFFFFF).to_bytes(4, "big") + salt
    return Cipher(AES(key), CFB(start))


def _scoped(engine: bytes, pdu: bytes) -> bytes:
    return ber.sequence(ber.octets(engine), ber.octets(b""), pdu)


def _message(  # noqa: PLR0917 - the parts of a message in their order
    message: int, flags: int, engine: Engine, username: str, proof: bytes, salt: bytes, content: bytes
) -> bytes:
    head = ber.sequence(ber.integer(message), ber.integer(_MOST), ber.octets(bytes((flags,))), ber.integer(_USM))
    security = ber.sequence(
        ber.octets(engine.id), ber.integer(engine.boots), ber.integer(engine.seconds), ber.octets(username.encode()),
        ber.octets(proof), ber.octets(salt),
    )  # fmt: skip
    return ber.sequence(ber.integer(_V3), head, ber.octets(security), content)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The parts of a message, before anything is judged. `proof_at`: where in the message the HMAC stands."""

    message: int
    flags: int
    engine: Engine
    proof_at: int
    proof_size: int
    salt: bytes
    content: bytes

    @classmethod
    def read(cls, data: bytes) -> "_Frame":
        inside = Reader(data).inside(ber.SEQUENCE)
        if inside.number() != _V3:
            raise ber.broken("version")
        head = inside.inside(ber.SEQUENCE)
        message, _ = head.number(), head.number()
        flags = head.take(ber.OCTETS)[1]
        if head.number() != _USM or len(flags) != 1:
            raise ber.broken("security model")
        security = inside.inside(ber.OCTETS).inside(ber.SEQUENCE)
        engine = Engine(security.take(ber.OCTETS)[1], security.number(), security.number())
        security.take(ber.OCTETS)
        proof = security.take(ber.OCTETS)[1]
        proof_at = security.at - len(proof)
        salt = security.take(ber.OCTETS)[1]
        content = data[inside.at :]
        return cls(
            message=message, flags=flags[0], engine=engine, proof_at=proof_at, proof_size=len(proof), salt=salt,
            content=content,
        )  # fmt: skip
