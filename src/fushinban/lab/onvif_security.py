"""The security configuration and event services of a pretend device."""

import base64
from collections.abc import Mapping

from fushinban.lab.soap import TAS, TEV, Access, Ask, Operation, tag

_CERTIFICATE, _KEY, _PATH = "Cert_1", "Key_1", "Path_1"


def _versions(ask: Ask) -> str:
    if "https" not in ask.state.plan.services:
        return ""
    return "1.0 1.1 1.2" if ask.state.plan.old_tls else "1.2 1.3"


def _service_capabilities(ask: Ask) -> str:
    inside = tag("tas:KeystoreCapabilities", "", MaximumNumberOfKeys=8, MaximumNumberOfCertificates=8)
    inside += tag(
        "tas:TLSServerCapabilities", "",
        TLSServerSupported=_versions(ask), EnabledVersionsSupported=True, MaximumNumberOfTLSCertificationPaths=1,
    )  # fmt: skip
    if ask.state.plan.dot1x:
        inside += tag("tas:Dot1XCapabilities", "", MaximumNumberOfDot1XConfigurations=1, Dot1XMethods="EAP-TLS")
    return (
        f"<tas:GetServiceCapabilitiesResponse><tas:Capabilities>{inside}</tas:Capabilities>"
        "</tas:GetServiceCapabilitiesResponse>"
    )


def _all_certificates(ask: Ask) -> str:
    row = ""
    if ask.state.certificate:
        content = base64.b64encode(ask.state.certificate).decode("ascii")
        row = (
            f"<tas:Certificate>{tag('tas:CertificateID', _CERTIFICATE)}{tag('tas:KeyID', _KEY)}"
            f"{tag('tas:Alias', 'HTTPS')}{tag('tas:CertificateContent', content)}{tag('tas:HasPrivateKey', True)}"
            "</tas:Certificate>"
        )
    return f"<tas:GetAllCertificatesResponse>{row}</tas:GetAllCertificatesResponse>"


def _all_keys(ask: Ask) -> str:
    row = ""
    if ask.state.certificate:
        row = (
            f"<tas:KeyAttribute>{tag('tas:KeyID', _KEY)}{tag('tas:hasPrivateKey', True)}"
            f"{tag('tas:KeyStatus', 'ok')}</tas:KeyAttribute>"
        )
    return f"<tas:GetAllKeysResponse>{row}</tas:GetAllKeysResponse>"


def _assigned(ask: Ask) -> str:
    row = tag("tas:CertificationPathID", _PATH) if ask.state.certificate else ""
    return f"<tas:GetAssignedServerCertificatesResponse>{row}</tas:GetAssignedServerCertificatesResponse>"


def _certification_path(_ask: Ask) -> str:
    inside = f"{tag('tas:CertificateID', _CERTIFICATE)}{tag('tas:Alias', 'HTTPS')}"
    path = f"<tas:CertificationPath>{inside}</tas:CertificationPath>"
    return f"<tas:GetCertificationPathResponse>{path}</tas:GetCertificationPathResponse>"


def _enabled_versions(ask: Ask) -> str:
    row = tag("tas:Versions", _versions(ask))
    return f"<tas:GetEnabledTLSVersionsResponse>{row}</tas:GetEnabledTLSVersionsResponse>"


def _flag(operation: str, element: str) -> Operation:
    def answer(_ask: Ask) -> str:
        return f"<tas:{operation}Response>{tag(f'tas:{element}', False)}</tas:{operation}Response>"

    return Operation(access=Access.READ_SYSTEM, answer=answer)


def _dot1x(_ask: Ask) -> str:
    return "<tas:GetAllDot1XConfigurationsResponse></tas:GetAllDot1XConfigurationsResponse>"


def _event_capabilities(_ask: Ask) -> str:
    inside = tag(
        "tev:Capabilities", "", WSSubscriptionPolicySupport=False, WSPausableSubscriptionManagerInterfaceSupport=False,
        MaxNotificationProducers=1, MaxPullPoints=4, PersistentNotificationStorage=False,
    )  # fmt: skip
    return f"<tev:GetServiceCapabilitiesResponse>{inside}</tev:GetServiceCapabilitiesResponse>"


def _event_properties(_ask: Ask) -> str:
    topics = (
        '<tns1:Device><SecurityPolicy><AuthFailed wstop:topic="true"/></SecurityPolicy></tns1:Device>'
        '<tns1:VideoSource><GlobalSceneChange wstop:topic="true"/></tns1:VideoSource>'
    )
    dialects = "".join(
        tag("wsnt:TopicExpressionDialect", uri)
        for uri in (
            "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet",
            "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete",
        )
    )
    return (
        "<tev:GetEventPropertiesResponse>"
        + tag("tev:TopicNamespaceLocation", "http://www.onvif.org/onvif/ver10/topics/topicns.xml")
        + tag("wsnt:FixedTopicSet", True)
        + f"<wstop:TopicSet>{topics}</wstop:TopicSet>{dialects}"
        + tag("tev:MessageContentFilterDialect", "http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter")
        + tag("tev:MessageContentSchemaLocation", "http://www.onvif.org/onvif/ver10/schema/onvif.xsd")
        + "</tev:GetEventPropertiesResponse>"
    )


#: Read operations of the security and event services.
OPERATIONS: Mapping[tuple[str, str], Operation] = {
    (TAS, "GetServiceCapabilities"): Operation(access=Access.PRE_AUTH, answer=_service_capabilities),
    (TAS, "GetAllCertificates"): Operation(access=Access.READ_SYSTEM_SECRET, answer=_all_certificates),
    (TAS, "GetAllKeys"): Operation(access=Access.READ_SYSTEM_SECRET, answer=_all_keys),
    (TAS, "GetAssignedServerCertificates"): Operation(access=Access.READ_SYSTEM_SECRET, answer=_assigned),
    (TAS, "GetCertificationPath"): Operation(access=Access.READ_SYSTEM_SECRET, answer=_certification_path),
    (TAS, "GetEnabledTLSVersions"): Operation(access=Access.READ_SYSTEM, answer=_enabled_versions),
    (TAS, "GetClientAuthenticationRequired"): _flag("GetClientAuthenticationRequired", "clientAuthenticationRequired"),
    (TAS, "GetCnMapsToUser"): _flag("GetCnMapsToUser", "cnMapsToUser"),
    (TAS, "GetAllDot1XConfigurations"): Operation(access=Access.READ_SYSTEM_SECRET, answer=_dot1x),
    (TEV, "GetServiceCapabilities"): Operation(access=Access.PRE_AUTH, answer=_event_capabilities),
    (TEV, "GetEventProperties"): Operation(access=Access.READ_MEDIA, answer=_event_properties),
}
