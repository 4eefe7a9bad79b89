"""Finds the login of each device: by the most exact rule of the site file, from the vault or the environment."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address

from fushinban.check.credential import assess
from fushinban.errors import InputError
from fushinban.jobs.site_file import CredentialKind, CredentialRule
from fushinban.makers import find_maker
from fushinban.model.credential import Credential, SnmpAccess
from fushinban.model.device import Device
from fushinban.model.facts import CredentialQuality
from fushinban.model.site import Site
from fushinban.model.text import say
from fushinban.record.store import Store
from fushinban.record.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login of one device of a site. `shared_with`: how many other devices are given the same secret."""

    credential: Credential
    site: Site
    shared_with: int

    def quality(self, device: Device) -> CredentialQuality:
        """What can be known of the password without trying it: lists, factory default, strength, guessable words."""
        credential, site = self.credential, self.site
        context = [site.id, site.name, site.customer, device.name, device.serial, device.mac, credential.username]
        context += list(site.details.values())
        maker = find_maker(device.maker)
        found = assess(credential.username, credential.secret, context=context, maker=maker, model=device.model)
        return replace(found, shared_with=self.shared_with, fingerprint=credential.fingerprint)


class Rules:
    """Finds the rule of an address with one look per length of prefix: a site may have a rule for each device."""

    def __init__(self, rules: Sequence[CredentialRule]) -> None:
        self._first: dict[tuple[int, int, int], CredentialRule] = {}
        for rule in rules:
            net = rule.match
            key = net.version, net.prefixlen, int(net.network_address) >> (net.max_prefixlen - net.prefixlen)
            self._first.setdefault(key, rule)
        self._lengths = sorted({(version, length) for version, length, _ in self._first}, reverse=True)

    def of(self, device: Device) -> CredentialRule | None:
        """The rule with the smallest network that holds the device's address; the first of equals."""
        address = ip_address(device.address)
        number, bits = int(address), address.max_prefixlen
        for version, length in self._lengths:
            if version == address.version:
                rule = self._first.get((version, length, number >> (bits - length)))
                if rule is not None:
                    return rule
        return None


def logins_for(
    devices: Iterable[Device], rules: Sequence[CredentialRule], site: Site, vault: Vault, environ: Mapping[str, str]
) -> dict[str, Login]:
    """Logins by device id. A secret that cannot be found is an InputError that names where it should be."""
    known = Rules([rule for rule in rules if rule.kind is CredentialKind.LOGIN])
    chosen = {d.id: rule for d in devices if (rule := known.of(d)) is not None}
    credentials = {id_: _login(rule, vault, environ) for id_, rule in chosen.items()}
    uses = Counter(c.fingerprint for c in credentials.values())
    return {id_: Login(credential=c, site=site, shared_with=uses[c.fingerprint] - 1) for id_, c in credentials.items()}


def snmp_for(
    devices: Iterable[Device], rules: Sequence[CredentialRule], vault: Vault, environ: Mapping[str, str]
) -> dict[str, SnmpAccess]:
    """How devices are asked over SNMP, by device id; those without a rule are not asked. Raises as `logins_for`."""
    known = Rules([rule for rule in rules if rule.kind is CredentialKind.SNMP])
    chosen = {d.id: rule for d in devices if (rule := known.of(d)) is not None}
    made = {rule: _snmp_access(rule, vault, environ) for rule in set(chosen.values())}
    return {id_: made[rule] for id_, rule in chosen.items()}


def _login(rule: CredentialRule, vault: Vault, environ: Mapping[str, str]) -> Credential:
    """The login of the device's own interfaces, with the second password of its command line where there is one."""
    found = replace(_credential(rule, vault, environ), clear_text=rule.clear_text)
    if not rule.administrator_ref:
        return found
    above = _credential(replace(rule, secret_ref=rule.administrator_ref), vault, environ)
    return replace(found, administrator=above.secret, origin=f"{found.origin} {above.origin}")


def _snmp_access(rule: CredentialRule, vault: Vault, environ: Mapping[str, str]) -> SnmpAccess:
    secrets = [_credential(replace(rule, secret_ref=ref), vault, environ) for ref in rule.refs]
    return SnmpAccess(
        username=rule.username,
        secret=secrets[0].secret,
        digest=rule.digest,
        privacy=secrets[1].secret if rule.privacy_ref else "",
        origin=" ".join(s.origin for s in secrets),
        fingerprint=" ".join(s.fingerprint for s in secrets),
    )


def note_reads(
    store: Store, site: Site, inspection: str, logins: Iterable[Login], snmp: Iterable[SnmpAccess] = ()
) -> None:
    """One entry in the audit log for each login that was taken out, and for how many devices; never the secret."""
    taken = Counter(origin for login in logins for origin in login.credential.origin.split())
    taken.update(origin for access in snmp for origin in access.origin.split())
    with store.together():
        for origin, devices in sorted(taken.items()):
            said = {"site": site.id, "inspection": inspection, "devices": devices}
            store.audit.write(None, "secret.read", "credential", origin, said)


def check_secrets(rules: Iterable[CredentialRule], vault: Vault, environ: Mapping[str, str]) -> None:
    """Raise InputError for a secret that cannot be found; asked before the network is touched."""
    for rule in rules:
        for ref in rule.refs:
            source, _, name = ref.partition(":")
            if source == "vault":
                vault.entry(name)
            elif not environ.get(name):
                raise _no_environment(rule, name)


def _no_environment(rule: CredentialRule, name: str) -> InputError:
    return InputError(say("inspect.no-environment", name=name, match=str(rule.match)))


def _credential(rule: CredentialRule, vault: Vault, environ: Mapping[str, str]) -> Credential:
    source, _, name = rule.secret_ref.partition(":")
    if source == "vault":
        return replace(vault.get(name), username=rule.username, origin=rule.secret_ref)
    secret = environ.get(name)
    if not secret:
        raise _no_environment(rule, name)
    fingerprint = vault.fingerprint(secret)
    return Credential(username=rule.username, secret=secret, origin=rule.secret_ref, fingerprint=fingerprint)
