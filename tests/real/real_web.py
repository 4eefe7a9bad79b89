"""lighttpd as a pretend camera's web server: its configuration, its certificates and what its own logs tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from real_programs import listening, running

PAGE = "<!DOCTYPE html><html><head><meta charset=utf-8><title>入口カメラ &amp; 録画</title></head></html>"

#: Invented logins of the tests.
USER, SECRET = "audit", "made-up-Kaze-31"
USER_JA, SECRET_JA = "監視員", "架空-Suzume-64"

_BASE = """
server.modules = ("mod_auth", "mod_authn_file", "mod_accesslog", "mod_openssl")
server.document-root = "{folder}/pages"
server.bind = "{address}"
server.port = {port}
server.tag = "AsagiriWeb/1.0"
server.errorlog = "{folder}/error.log"
index-file.names = ("index.html")
mimetype.assign = (".html" => "text/html")
accesslog.filename = "{folder}/access.log"
accesslog.format = "%{{remote}}p\t%r\t%s\t%{{Authorization}}i"
auth.backend = "plain"
auth.backend.plain.userfile = "{folder}/users"
auth.require = (
  "/md5/" => ("method" => "digest", "realm" => "md5", "require" => "valid-user"),
  "/sha/" => ("method" => "digest", "realm" => "sha", "require" => "valid-user", "algorithm" => "SHA-256"),
  "/both/" => ("method" => "digest", "realm" => "both", "require" => "valid-user", "algorithm" => "MD5|SHA-256"),
  "/basic/" => ("method" => "basic", "realm" => "basic", "require" => "valid-user"),
)
"""
_TLS = """
$SERVER["socket"] == "{address}:{port}" {{
  ssl.engine = "enable"
  ssl.pemfile = "{folder}/{name}.pem"
  ssl.openssl.ssl-conf-cmd = ({commands})
}}
"""
_AREAS = ("md5", "sha", "both", "basic")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSocket:
    """One TLS port: its certificate's name in the folder, and the commands of `ssl-conf-cmd`."""

    port: int
    name: str
    commands: str = '"MinProtocol" => "TLSv1.2"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One line of the access log."""

    client_port: int
    request: str
    status: int
    authorisation: str


class WebServer:
    """A lighttpd; its logs are complete once it has ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hits(self) -> list[Hit]:
        """The requests that it answered, in order."""
        rows = [line.split("\t", 3) for line in (self._folder / "access.log").read_text().splitlines()]
        return [Hit(client_port=int(p), request=r, status=int(s), authorisation=a) for p, r, s, a in rows]

    def refusals(self) -> int:
        """How many failed log-ins it wrote into its own log."""
        return (self._folder / "error.log").read_text().count("auth failed")


@contextmanager
def web_server(program: str, folder: Path, address: str, port: int, *sockets: TlsSocket) -> Iterator[WebServer]:
    """lighttpd with an open page at `/` and one area per way to log in."""
    for area in ("", *_AREAS):
        page = folder / "pages" / area / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(PAGE, encoding="utf-8")
    (folder / "users").write_text(f"{USER}:{SECRET}\n{USER_JA}:{SECRET_JA}\n", encoding="utf-8")
    tls = [_TLS.format(address=address, port=s.port, folder=folder, name=s.name, commands=s.commands) for s in sockets]
    configuration = folder / "lighttpd.conf"
    configuration.write_text(_BASE.format(folder=folder, address=address, port=port) + "".join(tls))
    ready = listening(address, port, *(s.port for s in sockets))
    with running([program, "-D", "-f", str(configuration)], folder / "lighttpd.out", ready):
        yield WebServer(folder)


def write_certificates(folder: Path, now: datetime) -> None:
    """`good.pem`: RSA, issued by an authority of the test, valid; `expired.pem`: EC, self-signed, ended yesterday."""
    authority = ec.generate_private_key(ec.SECP256R1())
    camera = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    old = ec.generate_private_key(ec.SECP384R1())
    _write(folder / "good.pem", camera, authority, "Asagiri CA", (now - timedelta(days=1), now + timedelta(days=90)))
    _write(folder / "expired.pem", old, old, "cam.test", (now - timedelta(days=400), now - timedelta(days=1)))


def _write(
    path: Path,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: str,
    valid: tuple[datetime, datetime],
) -> None:
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("cam.test"))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .sign(issuer_key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
