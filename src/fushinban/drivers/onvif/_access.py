"""Accounts, rules for passwords, access policy, address filter, discovery mode."""

import hashlib

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._attachments import open_parts
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._read import answer, clip, flag, leaf, leaves, maybe_flag, maybe_number, need, number
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import (
    AccessPolicy,
    Account,
    Accounts,
    AddressFilter,
    AuthFailureWarning,
    DiscoveryMode,
    FilterMode,
    Level,
    PasswordComplexity,
    PasswordHistory,
)
from fushinban.transport.xml import Element, children

_LEVELS = {level.value.lower(): level for level in Level}
_DISCOVERY = {"discoverable": True, "nondiscoverable": False}


async def get_accounts(device: OnvifContext) -> Accounts:
    """GetUsers."""
    return parse_accounts(await device.ask(_calls.GET_USERS))


async def get_access_policy(device: OnvifContext) -> AccessPolicy:
    """GetAccessPolicy."""
    return parse_access_policy(await device.ask(_calls.GET_ACCESS_POLICY))


async def get_password_complexity(device: OnvifContext) -> PasswordComplexity:
    """GetPasswordComplexityConfiguration."""
    return parse_password_complexity(await device.ask(_calls.GET_PASSWORD_COMPLEXITY))


async def get_password_history(device: OnvifContext) -> PasswordHistory:
    """GetPasswordHistoryConfiguration."""
    return parse_password_history(await device.ask(_calls.GET_PASSWORD_HISTORY))


async def get_auth_failure_warning(device: OnvifContext) -> AuthFailureWarning:
    """GetAuthFailureWarningConfiguration."""
    return parse_auth_failure_warning(await device.ask(_calls.GET_AUTH_FAILURE_WARNING))


async def get_address_filter(device: OnvifContext) -> AddressFilter:
    """GetIPAddressFilter."""
    return parse_address_filter(await device.ask(_calls.GET_IP_ADDRESS_FILTER))


async def get_discovery_mode(device: OnvifContext) -> DiscoveryMode:
    """GetDiscoveryMode."""
    return parse_discovery_mode(await device.ask(_calls.GET_DISCOVERY_MODE))


def parse_accounts(data: bytes) -> Accounts:
    """Names and levels of GetUsersResponse. A password, which no device should send, is not looked at."""
    accounts = []
    for element in children(answer(data, "GetUsersResponse"), "User"):
        found = leaves(element)
        name, level = found.get("Username", ""), found.get("UserLevel", "")
        if not name or not level:
            raise Malformed(say("onvif.missing", element="UserLevel" if name else "Username"))
        accounts.append(Account(name=name, level=_LEVELS.get(level.lower(), Level.OTHER)))
    return Accounts(accounts=tuple(dict.fromkeys(accounts)))


def parse_access_policy(data: bytes) -> AccessPolicy:
    """Type, size and SHA-256 of the file in GetAccessPolicyResponse."""
    file = need(answer(data, "GetAccessPolicyResponse"), "PolicyFile")
    content = open_parts(data).content(need(file, "Data"))
    kind = next((clip(str(v)) for k, v in file.attrib.items() if str(k).rpartition("}")[2] == "contentType"), "")
    return AccessPolicy(content_type=kind, size=len(content), digest=hashlib.sha256(content).hexdigest())


def parse_password_complexity(data: bytes) -> PasswordComplexity:
    """The rule of GetPasswordComplexityConfigurationResponse; every part of it may be missing."""
    found = leaves(answer(data, "GetPasswordComplexityConfigurationResponse"))

    def count(name: str) -> int | None:
        return maybe_number(found.get(name, ""), name)

    def switch(name: str) -> bool | None:
        return maybe_flag(found.get(name, ""), name)

    return PasswordComplexity(
        min_length=count("MinLen"),
        uppercase=count("Uppercase"),
        digits=count("Number"),
        specials=count("SpecialChars"),
        block_username=switch("BlockUsernameOccurrence"),
        locked=switch("PolicyConfigurationLocked"),
    )


def parse_password_history(data: bytes) -> PasswordHistory:
    """GetPasswordHistoryConfigurationResponse."""
    found = leaves(answer(data, "GetPasswordHistoryConfigurationResponse"))
    return PasswordHistory(
        enabled=flag(found.get("Enabled", ""), "Enabled"), length=number(found.get("Length") or "0", "Length")
    )


def parse_auth_failure_warning(data: bytes) -> AuthFailureWarning:
    """GetAuthFailureWarningConfigurationResponse; the period in seconds."""
    found = leaves(answer(data, "GetAuthFailureWarningConfigurationResponse"))
    return AuthFailureWarning(
        enabled=flag(found.get("Enabled", ""), "Enabled"),
        period=number(found.get("MonitorPeriod") or "0", "MonitorPeriod"),
        max_failures=number(found.get("MaxAuthFailures") or "0", "MaxAuthFailures"),
    )


def parse_address_filter(data: bytes) -> AddressFilter:
    """Mode and entries (`address/prefix`) of GetIPAddressFilterResponse."""
    root = need(answer(data, "GetIPAddressFilterResponse"), "IPAddressFilter")
    try:
        mode = FilterMode(leaf(root, "Type"))
    except ValueError as error:
        raise Malformed(say("onvif.value", element="Type")) from error
    listed = (_entry(e) for name in ("IPv4Address", "IPv6Address") for e in children(root, name))
    return AddressFilter(mode=mode, entries=tuple(dict.fromkeys(e for e in listed if e)))


def _entry(element: Element) -> str:
    found = leaves(element)
    address, prefix = found.get("Address", ""), found.get("PrefixLength", "")
    return f"{address}/{number(prefix, 'PrefixLength')}" if address and prefix else address


def parse_discovery_mode(data: bytes) -> DiscoveryMode:
    """GetDiscoveryModeResponse."""
    mode = _DISCOVERY.get(leaf(answer(data, "GetDiscoveryModeResponse"), "DiscoveryMode").lower())
    if mode is None:
        raise Malformed(say("onvif.value", element="DiscoveryMode"))
    return DiscoveryMode(discoverable=mode)
