"""The operations that are asked, as values. All of them read; none changes, moves or restarts anything."""

from xml.sax.saxutils import escape

from fushinban.transport.values import SoapCall

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
EVENTS = "http://www.onvif.org/ver10/events/wsdl"
SECURITY = "http://www.onvif.org/ver10/advancedsecurity/wsdl"
DEVICE_IO = "http://www.onvif.org/ver10/deviceIO/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"

#: The specification fixes this path; all others are read from the device.
DEVICE_PATH = "/onvif/device_service"

_STREAM_SETUP = (
    f'<StreamSetup><Stream xmlns="{SCHEMA}">RTP-Unicast</Stream>'
    f'<Transport xmlns="{SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
)


def call(namespace: str, operation: str, inner: str = "", path: str = DEVICE_PATH) -> SoapCall:
    """One operation of a service; `inner` is XML in the same default namespace."""
    body = f'<{operation} xmlns="{namespace}">{inner}</{operation}>' if inner else f'<{operation} xmlns="{namespace}"/>'
    return SoapCall(operation=operation, action=f"{namespace}/{operation}", body=body.encode(), path=path)


GET_SYSTEM_DATE_AND_TIME = call(DEVICE, "GetSystemDateAndTime")
GET_SERVICES = call(DEVICE, "GetServices", "<IncludeCapability>true</IncludeCapability>")
GET_CAPABILITIES = call(DEVICE, "GetCapabilities", "<Category>All</Category>")
GET_SERVICE_CAPABILITIES = call(DEVICE, "GetServiceCapabilities")
GET_DEVICE_INFORMATION = call(DEVICE, "GetDeviceInformation")
GET_ENDPOINT_REFERENCE = call(DEVICE, "GetEndpointReference")
GET_HOSTNAME = call(DEVICE, "GetHostname")
GET_SCOPES = call(DEVICE, "GetScopes")
GET_USERS = call(DEVICE, "GetUsers")
GET_ACCESS_POLICY = call(DEVICE, "GetAccessPolicy")
GET_PASSWORD_COMPLEXITY = call(DEVICE, "GetPasswordComplexityConfiguration")
GET_PASSWORD_HISTORY = call(DEVICE, "GetPasswordHistoryConfiguration")
GET_AUTH_FAILURE_WARNING = call(DEVICE, "GetAuthFailureWarningConfiguration")
GET_NETWORK_INTERFACES = call(DEVICE, "GetNetworkInterfaces")
GET_NETWORK_PROTOCOLS = call(DEVICE, "GetNetworkProtocols")
GET_NETWORK_DEFAULT_GATEWAY = call(DEVICE, "GetNetworkDefaultGateway")
GET_DNS = call(DEVICE, "GetDNS")
GET_NTP = call(DEVICE, "GetNTP")
GET_DYNAMIC_DNS = call(DEVICE, "GetDynamicDNS")
GET_ZERO_CONFIGURATION = call(DEVICE, "GetZeroConfiguration")
GET_IP_ADDRESS_FILTER = call(DEVICE, "GetIPAddressFilter")
GET_DISCOVERY_MODE = call(DEVICE, "GetDiscoveryMode")
GET_SYSTEM_LOG = call(DEVICE, "GetSystemLog", "<LogType>System</LogType>")
GET_ACCESS_LOG = call(DEVICE, "GetSystemLog", "<LogType>Access</LogType>")
GET_CERTIFICATES = call(DEVICE, "GetCertificates")
GET_CERTIFICATES_STATUS = call(DEVICE, "GetCertificatesStatus")
GET_DOT1X_CONFIGURATIONS = call(DEVICE, "GetDot1XConfigurations")


def get_profiles(namespace: str, path: str) -> SoapCall:
    """All profiles of Media or Media2 (which gives configurations only when asked for all)."""
    return call(namespace, "GetProfiles", "<Type>All</Type>" if namespace == MEDIA2 else "", path)


def get_stream_uri(namespace: str, path: str, token: str) -> SoapCall:
    """The RTSP address of one profile."""
    setup = "<Protocol>RTSP</Protocol>" if namespace == MEDIA2 else _STREAM_SETUP
    return call(namespace, "GetStreamUri", f"{setup}<ProfileToken>{escape(token)}</ProfileToken>", path)


def get_snapshot_uri(namespace: str, path: str, token: str) -> SoapCall:
    """The snapshot address of one profile."""
    return call(namespace, "GetSnapshotUri", f"<ProfileToken>{escape(token)}</ProfileToken>", path)
