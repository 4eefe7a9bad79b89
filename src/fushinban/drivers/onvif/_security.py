"""Stored certificates and 802.1X, from the Security service or, on old devices, from the device service."""

from collections.abc import Mapping
from dataclasses import replace

from fushinban.drivers._certificates import parse_certificate, unreadable_certificate
from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._attachments import Parts, open_parts
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._read import answer, clip, flag, leaf, leaves
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.model.facts import Certificate, Dot1X, StoredCertificates
from fushinban.transport.xml import Element, child, children

#: IANA EAP method numbers that cameras use, by the names that the Security service gives them.
_EAP = {"4": "EAP-MD5", "13": "EAP-TLS", "21": "EAP-TTLS", "25": "EAP-PEAP", "26": "EAP-MSCHAPv2", "43": "EAP-FAST"}


async def get_stored_certificates(device: OnvifContext) -> StoredCertificates:
    """GetAllCertificates of the Security service; else GetCertificates and GetCertificatesStatus."""
    try:
        path = device.path(_calls.SECURITY)
        return parse_certificates(await device.ask(_calls.call(_calls.SECURITY, "GetAllCertificates", path=path)))
    except NotSupported:
        fact = parse_certificates(await device.ask(_calls.GET_CERTIFICATES))
    if not fact.certificates:
        return fact
    try:
        used = parse_certificates_status(await device.ask(_calls.GET_CERTIFICATES_STATUS))
    except (NotSupported, Denied, Malformed):
        return fact
    return StoredCertificates(
        certificates=tuple(replace(c, in_use=used[c.id]) if c.id in used else c for c in fact.certificates)
    )


async def get_dot1x(device: OnvifContext) -> Dot1X:
    """GetAllDot1XConfigurations of the Security service; else GetDot1XConfigurations."""
    try:
        path = device.path(_calls.SECURITY)
        return parse_dot1x(await device.ask(_calls.call(_calls.SECURITY, "GetAllDot1XConfigurations", path=path)))
    except NotSupported:
        return parse_dot1x(await device.ask(_calls.GET_DOT1X_CONFIGURATIONS))


def parse_certificates(data: bytes) -> StoredCertificates:
    """Certificates of GetAllCertificatesResponse or GetCertificatesResponse; one that cannot be read is marked."""
    parts = open_parts(data)
    root = _either(data, "GetAllCertificatesResponse", "GetCertificatesResponse")
    found: dict[str, Certificate] = {}
    for position, element in enumerate(root.iterchildren("{*}Certificate", "{*}NvtCertificate"), 1):
        id = leaf(element, "CertificateID") or str(position)
        found.setdefault(id, _certificate(element, id, parts))
    return StoredCertificates(certificates=tuple(found.values()))


def _certificate(element: Element, id: str, parts: Parts) -> Certificate:
    content = child(element, "CertificateContent")
    if content is None:
        inner = child(element, "Certificate")
        content = None if inner is None else child(inner, "Data")
    if content is None:
        return unreadable_certificate(b"", id)
    try:
        return parse_certificate(parts.content(content), id)
    except Malformed:
        return unreadable_certificate((content.text or "").encode(), id)


def parse_certificates_status(data: bytes) -> Mapping[str, bool]:
    """Certificate id → whether it is enabled, of GetCertificatesStatusResponse."""
    rows = (leaves(e) for e in children(answer(data, "GetCertificatesStatusResponse"), "CertificateStatus"))
    return {row.get("CertificateID", ""): flag(row.get("Status", ""), "Status") for row in rows}


def parse_dot1x(data: bytes) -> Dot1X:
    """`id method` of each configuration; identities and passwords are not looked at."""
    root = _either(data, "GetAllDot1XConfigurationsResponse", "GetDot1XConfigurationsResponse")
    rows = (_configuration(e) for e in root.iterchildren("{*}Configuration", "{*}Dot1XConfiguration"))
    return Dot1X(configurations=tuple(dict.fromkeys(rows)))


def _configuration(element: Element) -> str:
    found = leaves(element)
    outer = child(element, "Outer")
    number = found.get("EAPMethod", "")
    method = clip(outer.get("Method")) if outer is not None else _EAP.get(number, number and f"EAP {number}")
    return f"{found.get('Dot1XID') or found.get('Dot1XConfigurationToken') or '-'} {method}".strip()


def _either(data: bytes, first: str, second: str) -> Element:
    """The body of the new answer or, failing that, of the deprecated one."""
    return answer(data, first if first.encode() in data else second)
