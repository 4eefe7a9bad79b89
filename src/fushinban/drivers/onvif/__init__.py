"""ONVIF: what any conforming camera or recorder tells of itself, and what it tells without a login."""

from fushinban.drivers._driver import Driver, Getter, Quality
from fushinban.drivers.onvif import (
    _access,
    _anonymous,
    _capabilities,
    _identity,
    _logs,
    _media,
    _network,
    _pictures,
    _security,
    _time,
)
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._open import open_onvif
from fushinban.model import facts
from fushinban.model.site import TestKind

DRIVER: Driver[OnvifContext] = Driver(
    name="onvif",
    quality=Quality.SILVER,
    open=open_onvif,
    getters={
        facts.Identity: Getter(ask=_identity.get_identity, request="GetDeviceInformation"),
        facts.EndpointId: Getter(ask=_identity.get_endpoint, request="GetEndpointReference"),
        facts.Hostname: Getter(ask=_identity.get_hostname, request="GetHostname"),
        facts.Scopes: Getter(ask=_identity.get_scopes, request="GetScopes"),
        facts.Capabilities: Getter(ask=_capabilities.get_capabilities, request="GetServices, GetServiceCapabilities"),
        facts.EventService: Getter(ask=_capabilities.get_events, request="GetEventProperties"),
        facts.DeviceTime: Getter(ask=_time.get_time, request="GetSystemDateAndTime"),
        facts.Ntp: Getter(ask=_time.get_ntp, request="GetNTP"),
        facts.Interfaces: Getter(ask=_network.get_interfaces, request="GetNetworkInterfaces"),
        facts.Protocols: Getter(ask=_network.get_protocols, request="GetNetworkProtocols"),
        facts.Gateway: Getter(ask=_network.get_gateway, request="GetNetworkDefaultGateway"),
        facts.Dns: Getter(ask=_network.get_dns, request="GetDNS"),
        # In the middle: the addresses of the pictures are known by then, and it does not end alone, which would take
        # the device longer.
        facts.AnonymousPictures: Getter(
            ask=_pictures.get_anonymous_pictures, request="anonymous pictures", test=TestKind.ANONYMOUS
        ),
        facts.DynamicDns: Getter(ask=_network.get_dynamic_dns, request="GetDynamicDNS"),
        facts.ZeroConfiguration: Getter(ask=_network.get_zero_configuration, request="GetZeroConfiguration"),
        facts.DiscoveryMode: Getter(ask=_access.get_discovery_mode, request="GetDiscoveryMode"),
        facts.AddressFilter: Getter(ask=_access.get_address_filter, request="GetIPAddressFilter"),
        facts.Accounts: Getter(ask=_access.get_accounts, request="GetUsers"),
        facts.AccessPolicy: Getter(ask=_access.get_access_policy, request="GetAccessPolicy"),
        facts.PasswordComplexity: Getter(
            ask=_access.get_password_complexity, request="GetPasswordComplexityConfiguration"
        ),
        facts.PasswordHistory: Getter(ask=_access.get_password_history, request="GetPasswordHistoryConfiguration"),
        facts.AuthFailureWarning: Getter(
            ask=_access.get_auth_failure_warning, request="GetAuthFailureWarningConfiguration"
        ),
        facts.StoredCertificates: Getter(ask=_security.get_stored_certificates, request="GetAllCertificates"),
        facts.Dot1X: Getter(ask=_security.get_dot1x, request="GetAllDot1XConfigurations"),
        facts.SystemLog: Getter(ask=_logs.get_system_log, request="GetSystemLog System"),
        facts.AccessLog: Getter(ask=_logs.get_access_log, request="GetSystemLog Access"),
        facts.Profiles: Getter(ask=_media.get_profiles, request="GetProfiles, GetStreamUri, GetSnapshotUri"),
        facts.VideoSources: Getter(ask=_media.get_video_sources, request="GetVideoSources"),
        facts.AnonymousOperations: Getter(
            ask=_anonymous.get_anonymous_operations,
            request="anonymous operations",
            test=TestKind.ANONYMOUS,
            requests=16,
        ),
    },
)
