"""The device service of a pretend device: who it is, what it offers, its accounts, clock and logs."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from fushinban import clock
from fushinban.lab.plan import Auth, DevicePlan
from fushinban.lab.soap import TAS, TDS, TEV, TR2, TRT, Access, Ask, Operation, SoapFault, tag
from fushinban.model.device import DeviceKind

_SCOPE = "onvif://www.onvif.org"

#: The path of every service below the device's base address.
SERVICE_PATHS: Mapping[str, str] = {
    TDS: "/onvif/device_service",
    TRT: "/onvif/media_service",
    TR2: "/onvif/media2_service",
    TAS: "/onvif/security_service",
    TEV: "/onvif/event_service",
}


def endpoint_id(plan: DevicePlan) -> str:
    """The UUID URN of a device, made from its serial number, so that it survives another address; else from that."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'fushinban-lab:{plan.serial or plan.address}')}"


def scopes(plan: DevicePlan) -> tuple[tuple[bool, str], ...]:
    """Scopes with whether they are fixed; values are percent-encoded."""
    kind = "recorder" if plan.kind is DeviceKind.RECORDER else "video_encoder"
    return (
        (True, f"{_SCOPE}/Profile/Streaming"),
        (True, f"{_SCOPE}/Profile/T"),
        (True, f"{_SCOPE}/type/{kind}"),
        (True, f"{_SCOPE}/hardware/{quote(plan.model, safe='')}"),
        (False, f"{_SCOPE}/name/{quote(plan.name or plan.model, safe='')}"),
        (False, f"{_SCOPE}/location/{quote(plan.location, safe='')}"),
    )


def _device_information(ask: Ask) -> str:
    plan = ask.state.plan
    return (
        "<tds:GetDeviceInformationResponse>"
        + tag("tds:Manufacturer", plan.maker)
        + tag("tds:Model", plan.model)
        + tag("tds:FirmwareVersion", plan.firmware)
        + tag("tds:SerialNumber", plan.serial)
        + tag("tds:HardwareId", plan.hardware)
        + "</tds:GetDeviceInformationResponse>"
    )


def _date_and_time(ask: Ask) -> str:
    plan, now = ask.state.plan, ask.state.clock()
    local = now.astimezone(clock.JST)

    def moment(name: str, at: datetime) -> str:
        clock_part = tag("tt:Hour", at.hour) + tag("tt:Minute", at.minute) + tag("tt:Second", at.second)
        date_part = tag("tt:Year", at.year) + tag("tt:Month", at.month) + tag("tt:Day", at.day)
        return f"<tt:{name}><tt:Time>{clock_part}</tt:Time><tt:Date>{date_part}</tt:Date></tt:{name}>"

    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        + tag("tt:DateTimeType", plan.clock_source.value)
        + tag("tt:DaylightSavings", False)
        + f"<tt:TimeZone>{tag('tt:TZ', plan.timezone)}</tt:TimeZone>"
        + moment("UTCDateTime", now)
        + moment("LocalDateTime", local)
        + "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def _services(ask: Ask) -> str:
    with_capability = ask.call.argument("IncludeCapability") in ("true", "1")
    rows = []
    for namespace, path in SERVICE_PATHS.items():
        inside = ""
        if with_capability and namespace == TDS:
            inside = f"<tds:Capabilities>{_capability_element(ask.state.plan)}</tds:Capabilities>"
        version = "<tds:Version><tt:Major>21</tt:Major><tt:Minor>6</tt:Minor></tds:Version>"
        address = tag("tds:Namespace", namespace) + tag("tds:XAddr", ask.base + path)
        rows.append(f"<tds:Service>{address}{inside}{version}</tds:Service>")
    return f"<tds:GetServicesResponse>{''.join(rows)}</tds:GetServicesResponse>"


def _capability_element(plan: DevicePlan) -> str:
    """Attributes of the device service; `TLS1.0` and the like have dots in their names."""
    token, digest = plan.auth in (Auth.USERNAME_TOKEN, Auth.BOTH), plan.auth is not Auth.USERNAME_TOKEN
    tls = "https" in plan.services
    security = {
        "TLS1.0": tls and plan.old_tls, "TLS1.1": tls and plan.old_tls, "TLS1.2": tls, "OnboardKeyGeneration": tls,
        "AccessPolicyConfig": False, "DefaultAccessPolicy": True, "Dot1X": plan.dot1x, "RemoteUserHandling": False,
        "X.509Token": False, "SAMLToken": False, "KerberosToken": False, "UsernameToken": token, "HttpDigest": digest,
        "RELToken": False, "MaxUsers": 10, "MaxUserNameLength": 32, "MaxPasswordLength": 64,
        "SecurityPolicies": "PasswordComplexity PasswordHistory AuthFailureWarning" if plan.password_rules else "",
        "MaxPasswordHistory": plan.password_rules.history if plan.password_rules else 0,
        "HashingAlgorithms": "MD5 SHA-256" if plan.auth is Auth.DIGEST_SHA256 else "MD5",
    }  # fmt: skip
    network = {
        "IPFilter": True, "ZeroConfiguration": True, "IPVersion6": bool(plan.ipv6), "DynDNS": True,
        "Dot11Configuration": False, "HostnameFromDHCP": False, "NTP": 2, "DHCPv6": False,
    }  # fmt: skip
    system = {
        "DiscoveryResolve": False, "DiscoveryBye": True, "RemoteDiscovery": False, "SystemBackup": False,
        "SystemLogging": plan.logs, "FirmwareUpgrade": False, "HttpFirmwareUpgrade": True, "HttpSystemLogging": False,
    }  # fmt: skip
    parts = (("Network", network), ("Security", security), ("System", system))
    inside = "".join(tag(f"tds:{name}", "", **values) for name, values in parts)
    return f"<tds:Capabilities>{inside}</tds:Capabilities>"


def _service_capabilities(ask: Ask) -> str:
    inside = _capability_element(ask.state.plan)
    return f"<tds:GetServiceCapabilitiesResponse>{inside}</tds:GetServiceCapabilitiesResponse>"


def _capabilities(ask: Ask) -> str:
    plan, base = ask.state.plan, ask.base
    tls = "https" in plan.services
    network = "".join(tag(f"tt:{n}", v) for n, v in (
        ("IPFilter", True), ("ZeroConfiguration", True), ("IPVersion6", bool(plan.ipv6)), ("DynDNS", True),
    ))  # fmt: skip
    system = "".join(tag(f"tt:{n}", v) for n, v in (
        ("DiscoveryResolve", False), ("DiscoveryBye", True), ("RemoteDiscovery", False), ("SystemBackup", False),
        ("SystemLogging", plan.logs), ("FirmwareUpgrade", False),
    ))  # fmt: skip
    system += "<tt:SupportedVersions><tt:Major>21</tt:Major><tt:Minor>6</tt:Minor></tt:SupportedVersions>"
    security = "".join(tag(f"tt:{n}", v) for n, v in (
        ("TLS1.1", tls and plan.old_tls), ("TLS1.2", tls), ("OnboardKeyGeneration", tls),
        ("AccessPolicyConfig", False), ("X.509Token", False), ("SAMLToken", False), ("KerberosToken", False),
        ("RELToken", False),
    ))  # fmt: skip
    streaming = tag("tt:RTPMulticast", False) + tag("tt:RTP_TCP", True) + tag("tt:RTP_RTSP_TCP", True)
    events = "".join(tag(f"tt:{n}", False) for n in (
        "WSSubscriptionPolicySupport", "WSPullPointSupport", "WSPausableSubscriptionManagerInterfaceSupport",
    ))  # fmt: skip
    return (
        "<tds:GetCapabilitiesResponse><tds:Capabilities>"
        f"<tt:Device>{tag('tt:XAddr', base + SERVICE_PATHS[TDS])}<tt:Network>{network}</tt:Network>"
        f"<tt:System>{system}</tt:System><tt:Security>{security}</tt:Security></tt:Device>"
        f"<tt:Events>{tag('tt:XAddr', base + SERVICE_PATHS[TEV])}{events}</tt:Events>"
        f"<tt:Media>{tag('tt:XAddr', base + SERVICE_PATHS[TRT])}"
        f"<tt:StreamingCapabilities>{streaming}</tt:StreamingCapabilities></tt:Media>"
        "</tds:Capabilities></tds:GetCapabilitiesResponse>"
    )


def _scopes(ask: Ask) -> str:
    rows = "".join(
        f"<tds:Scopes>{tag('tt:ScopeDef', 'Fixed' if fixed else 'Configurable')}{tag('tt:ScopeItem', uri)}</tds:Scopes>"
        for fixed, uri in scopes(ask.state.plan)
    )
    return f"<tds:GetScopesResponse>{rows}</tds:GetScopesResponse>"


def _endpoint_reference(ask: Ask) -> str:
    guid = tag("tds:GUID", endpoint_id(ask.state.plan))
    return f"<tds:GetEndpointReferenceResponse>{guid}</tds:GetEndpointReferenceResponse>"


def _users(ask: Ask) -> str:
    rows = "".join(
        f"<tds:User>{tag('tt:Username', user.name)}{tag('tt:UserLevel', user.level.value)}</tds:User>"
        for user in ask.state.plan.users
    )
    return f"<tds:GetUsersResponse>{rows}</tds:GetUsersResponse>"


def _discovery_mode(ask: Ask) -> str:
    mode = "Discoverable" if ask.state.plan.discoverable else "NonDiscoverable"
    return f"<tds:GetDiscoveryModeResponse>{tag('tds:DiscoveryMode', mode)}</tds:GetDiscoveryModeResponse>"


def _system_log(ask: Ask) -> str:
    kind = ask.call.argument("LogType")
    if kind not in ("System", "Access"):
        raise SoapFault("Sender", "InvalidArgVal", "UnknownLogType", reason="No such log")
    if not ask.state.plan.logs:
        code = "SystemlogUnavailable" if kind == "System" else "AccesslogUnavailable"
        raise SoapFault("Sender", "InvalidArgs", code, reason="There is no log available")
    stamp = clock.shown(ask.state.clock())
    lines = ("boot: normal start", "ntpd: time synchronised") if kind == "System" else ("httpd: login of admin",)
    text = "\n".join(f"{stamp} {ask.state.plan.model} {line}" for line in lines)
    log = f"<tds:SystemLog>{tag('tt:String', text)}</tds:SystemLog>"
    return f"<tds:GetSystemLogResponse>{log}</tds:GetSystemLogResponse>"


def _password_complexity(ask: Ask) -> str:
    rules = ask.state.plan.password_rules
    if rules is None:
        inside = "".join(tag(f"tds:{n}", 0) for n in ("MinLen", "Uppercase", "Number", "SpecialChars"))
        inside += tag("tds:BlockUsernameOccurrence", False)
    else:
        inside = (
            tag("tds:MinLen", rules.min_length)
            + tag("tds:Uppercase", rules.uppercase)
            + tag("tds:Number", rules.digits)
            + tag("tds:SpecialChars", rules.specials)
            + tag("tds:BlockUsernameOccurrence", rules.block_username)
        )
    return (
        f"<tds:GetPasswordComplexityConfigurationResponse>{inside}{tag('tds:PolicyConfigurationLocked', False)}"
        "</tds:GetPasswordComplexityConfigurationResponse>"
    )


def _password_history(ask: Ask) -> str:
    rules = ask.state.plan.password_rules
    length = rules.history if rules else 0
    inside = tag("tds:Enabled", length > 0) + tag("tds:Length", length)
    return f"<tds:GetPasswordHistoryConfigurationResponse>{inside}</tds:GetPasswordHistoryConfigurationResponse>"


def _failure_warning(ask: Ask) -> str:
    rules = ask.state.plan.password_rules
    period, failures = (rules.warning_period, rules.warning_failures) if rules else (0, 0)
    inside = tag("tds:Enabled", rules is not None) + tag("tds:MonitorPeriod", period)
    inside += tag("tds:MaxAuthFailures", failures)
    name = "GetAuthFailureWarningConfigurationResponse"
    return f"<tds:{name}>{inside}</tds:{name}>"


#: Read operations of the device service (network ones stand in `onvif_network`).
OPERATIONS: Mapping[tuple[str, str], Operation] = {
    (TDS, "GetDeviceInformation"): Operation(access=Access.READ_SYSTEM, answer=_device_information),
    (TDS, "GetSystemDateAndTime"): Operation(access=Access.PRE_AUTH, answer=_date_and_time),
    (TDS, "GetServices"): Operation(access=Access.PRE_AUTH, answer=_services),
    (TDS, "GetServiceCapabilities"): Operation(access=Access.PRE_AUTH, answer=_service_capabilities),
    (TDS, "GetCapabilities"): Operation(access=Access.PRE_AUTH, answer=_capabilities),
    (TDS, "GetEndpointReference"): Operation(access=Access.PRE_AUTH, answer=_endpoint_reference),
    (TDS, "GetScopes"): Operation(access=Access.READ_SYSTEM, answer=_scopes),
    (TDS, "GetUsers"): Operation(access=Access.READ_SYSTEM_SECRET, answer=_users),
    (TDS, "GetDiscoveryMode"): Operation(access=Access.READ_SYSTEM, answer=_discovery_mode),
    (TDS, "GetSystemLog"): Operation(access=Access.READ_SYSTEM_SECRET, answer=_system_log),
    (TDS, "GetPasswordComplexityConfiguration"): Operation(access=Access.READ_SYSTEM, answer=_password_complexity),
    (TDS, "GetPasswordHistoryConfiguration"): Operation(access=Access.READ_SYSTEM, answer=_password_history),
    (TDS, "GetAuthFailureWarningConfiguration"): Operation(access=Access.READ_SYSTEM, answer=_failure_warning),
}
