"""A shop behind a real router, and the internet before it: namespaces, addresses, programs, the reflector."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from real_inspector import Ended, run
from real_nat import Gateway, nft_of
from real_network import Host
from real_programs import running, says

#: The name by which the site knows its reflector; only a file of hosts that one namespace sees has it.
NAME = "reflector.example"
PORT = 8601
_HERE = Path(__file__).parent


def inside_of(host: Host, *command: str, fed: str | None = None) -> str:
    """Run a command on a host; what it wrote."""
    ended = subprocess.run([*host.inside, *command], capture_output=True, text=True, timeout=40, check=False, input=fed)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def asked(host: Host, *wishes: dict[str, Any]) -> list[dict[str, Any]]:
    """What a program on a host found or was answered (`real_nat_asker`)."""
    said = inside_of(host, sys.executable, str(_HERE / "real_nat_asker.py"), fed=json.dumps(wishes))
    found: list[dict[str, Any]] = json.loads(said)
    return found


def tried(host: Host, *places: tuple[str, int, str]) -> dict[tuple[str, int, str], str]:
    """What somebody on a host gets at these addresses and ports: open, refused, silent."""
    found = asked(host, *({"try": list(place)} for place in places))
    return {place: one["state"] for place, one in zip(places, found, strict=True)}


def address6(host: Host, address: str, *, interface: str = "eth0") -> None:
    """One more address, of IPv6, ready at once."""
    inside_of(host, host.ip, "-6", "addr", "add", address, "dev", interface, "nodad")


def route(host: Host, to: str, via: str) -> None:
    """A route."""
    inside_of(host, host.ip, "-6" if ":" in via else "-4", "route", "replace", to, "via", via)


def make_router(host: Host, nft: str, gateway: Gateway, folder: Path) -> None:
    """Make a host the router that is described, or another one that it was not before."""
    rules = folder / f"{host.name}.nft"
    rules.write_text(nft_of(gateway))
    for switch in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
        inside_of(host, "sh", "-c", f"echo 1 > /proc/sys/net/{switch}")
    inside_of(host, nft, "-f", str(rules))


@contextmanager
def serving(host: Host, folder: Path, *wanted: str) -> Iterator[None]:
    """Small servers on a host (`real_nat_server`)."""
    log = folder / f"{host.name}.servers"
    command = [*host.inside, sys.executable, str(_HERE / "real_nat_server.py"), *wanted]
    with running(command, log, says(log, "ready")):
        yield


@dataclass(slots=True)
class ReflectorAt:
    """A running reflector: its public key, a token, and the file of the authority that vouches for it."""

    key: str
    token: str
    authority: Path


@contextmanager
def reflector(host: Host, folder: Path, *listen: str, more: Sequence[str] = ()) -> Iterator[ReflectorAt]:
    """The real `fushinban reflector`, with a certificate for its name."""
    data = folder / f"{host.name}.reflector"
    data.mkdir()
    made = run("reflector", "--new-token", "shop", data=data, before=host.inside, lang="en")
    assert made.code == 0, made.errors
    token = next(word for word in made.output.split() if len(word) == 43)
    certificate, key = _certificate(data, [place.rpartition(":")[0].strip("[]") for place in listen])
    log = folder / f"{host.name}.reflector.log"
    command = [
        *host.inside, sys.executable, "-m", "fushinban", "--lang", "en", "reflector", "--data", str(data),
        "--tls-certificate", str(certificate), "--tls-key", str(key), *more,
    ]  # fmt: skip
    with running([*command, *(w for place in listen for w in ("--listen", place))], log, says(log, "ed25519:")):
        public = next(word for word in log.read_text().split() if word.startswith("ed25519:"))
        yield ReflectorAt(key=public.rstrip(".。"), token=token, authority=certificate)


def _certificate(folder: Path, addresses: list[str]) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    alternative = x509.SubjectAlternativeName([x509.DNSName(NAME), *(x509.IPAddress(ip_address(a)) for a in addresses)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2)).add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files


@dataclass(slots=True)
class Person:
    """Whoever runs `fushinban` on a host of the shop, with a file of hosts of their own and one site file."""

    host: Host
    folder: Path
    reflector: ReflectorAt
    names: dict[str, str] = field(default_factory=dict)

    def write_site(self, text: str) -> Path:
        """The site file, with where its reflector is."""
        at = f'\n[reflector]\naddress = "https://{NAME}:{PORT}"\nkey = "{self.reflector.key}"\ntoken = "env:TOKEN"\n'
        file = self.folder / "SITE.toml"
        file.write_text(text + at, encoding="utf-8")
        return file

    def runs(self, *words: object, **more: str) -> Ended:
        """One command; names are looked up in this person's own file alone."""
        hosts = self.folder / "hosts"
        hosts.write_text("".join(f"{address} {NAME}\n" for address in self.names.values()) + "127.0.0.1 localhost\n")
        bound = f'mount --bind "{hosts}" /etc/hosts && exec "$@"'
        data = self.folder / "records"
        data.mkdir(exist_ok=True)
        return run(
            *words, data=data, before=[*self.host.inside, "sh", "-ec", bound, "sh"],
            environ={"TOKEN": self.reflector.token, "SSL_CERT_FILE": str(self.reflector.authority), **more},
        )  # fmt: skip

    def json(self, *words: object, **more: str) -> dict[str, Any]:
        """What a command writes as JSON."""
        ended = self.runs(*words, "--json", "-", **more)
        assert ended.code in (0, 1), ended.errors
        return ended.json()
