"""Who may log in and how: accounts, locks, schemes, certificates."""

import re

from fushinban.drivers._certificates import parse_certificate, unreadable_certificate
from fushinban.drivers.axis import _calls
from fushinban.drivers.axis._answers import objects, refuse_error_text, rest_data, words
from fushinban.drivers.axis._context import AxisContext
from fushinban.drivers.axis._parameters import Parameters
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    Certificate,
    Level,
    LoginLock,
    LoginRules,
    MakerAccount,
    MakerAccounts,
    StoredCertificates,
)

#: Groups from the strongest to the weakest; `ptz` and `digusers` say nothing about the level.
_LEVELS = {"admin": Level.ADMINISTRATOR, "operator": Level.OPERATOR, "viewer": Level.USER}
_GROUPS = (*_LEVELS, "ptz")
_LINE = re.compile(r'([a-z]{1,20})="([^"]*)"')

#: The first administrator, which no firmware before AXIS OS 10 lets anybody delete.
_ROOT = "root"

_MOST = 256
_VIEWERS = {"password": True, "anonymous": False}


async def get_accounts(device: AxisContext) -> MakerAccounts:
    """pwdgrp.cgi, which administrators may read."""
    return parse_accounts(await device.get(_calls.USERS))


async def get_login_lock(device: AxisContext) -> LoginLock:
    """The parameters of password throttling."""
    return parse_login_lock(await device.parameters.value())


async def get_login_rules(device: AxisContext) -> LoginRules:
    """The parameters."""
    return parse_login_rules(await device.parameters.value())


async def get_stored_certificates(device: AxisContext) -> StoredCertificates:
    """The certificate interface of AXIS OS 11 and later."""
    await device.parameters.value()
    if not await device.has_rest("cert/v1"):
        raise NotSupported(say("axis.not-listed", api="cert"))
    return parse_stored_certificates(await device.get(_calls.CERTIFICATES))


def parse_accounts(data: bytes) -> MakerAccounts:
    """Accounts with their strongest group. Lines are `group="name,name"`; other lines are passed over."""
    refuse_error_text(data, "pwdgrp.cgi")
    groups: dict[str, list[str]] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        found = _LINE.fullmatch(line.strip())
        if found:
            groups[found.group(1)] = [n for n in (part.strip() for part in found.group(2).split(",")) if n]
    if not groups.keys() & _LEVELS.keys():
        raise Malformed(say("axis.no-data", what="pwdgrp.cgi"))
    names = dict.fromkeys(n for g in (*_GROUPS, "digusers") for n in groups.get(g, ()))
    return MakerAccounts(accounts=tuple(_account(n[:64], groups) for n in list(names)[:_MOST]))


def _account(name: str, groups: dict[str, list[str]]) -> MakerAccount:
    own = [g for g in _GROUPS if name in groups.get(g, ())]
    level = next((_LEVELS[g] for g in own if g in _LEVELS), Level.OTHER)
    return MakerAccount(name=name, level=level, group=", ".join(own), builtin=True if name == _ROOT else None)


def parse_login_lock(parameters: Parameters) -> LoginLock:
    """Password throttling: failures on one page that block their sender, and for how long."""
    group = "System.PreventDoSAttack"
    enabled = parameters.flag(f"{group}.ActivatePasswordThrottling")
    if enabled is None:
        raise NotSupported(say("axis.no-parameter", name=group))
    return LoginLock(
        enabled=enabled,
        attempts=parameters.number(f"{group}.DoSPageCount"),
        seconds=parameters.number(f"{group}.DoSBlockingPeriod"),
    )


def parse_login_rules(parameters: Parameters) -> LoginRules:
    """Schemes of the web server, whether viewers need a login, and whether HTTPS alone is taken."""
    web = parameters.get("Network.HTTP.AuthenticationPolicy")
    policies = [parameters.get(f"System.BoaGroupPolicy.{g}").lower() for g in _LEVELS]
    if not web and not any(policies):
        raise NotSupported(say("axis.no-parameter", name="Network.HTTP.AuthenticationPolicy"))
    return LoginRules(
        viewer=_VIEWERS.get(parameters.get("System.BoaProtViewer").lower()),
        web=web.replace("_", ", "),
        rtsp="none" if parameters.get("Network.RTSP.ProtViewer").lower() == "anonymous" else "",
        https_only=all(p == "https" for p in policies) if all(policies) else None,
    )


def parse_stored_certificates(data: bytes) -> StoredCertificates:
    """Certificates with the alias that the device gives them; keys are never part of the answer, nor looked for."""
    found = rest_data(data, _calls.CERTIFICATES)
    if not isinstance(found, list):
        raise Malformed(say("axis.no-data", what=_calls.CERTIFICATES))
    rows = [
        _certificate(words(row.get("alias")) or str(n), row.get("certificate"))
        for n, row in enumerate(objects(found), 1)
    ]
    return StoredCertificates(certificates=tuple({c.id: c for c in rows[:_MOST]}.values()))


def _certificate(alias: str, pem: object) -> Certificate:
    content = pem.encode("utf-8", "replace") if isinstance(pem, str) else b""
    try:
        return parse_certificate(content, alias)
    except Malformed:
        return unreadable_certificate(content, alias)
