"""How grave a change of a setting is: what opens a device or its network is never mere information."""

import pytest

from fushinban.model.sheet import Importance, importance


@pytest.mark.parametrize(
    "key",
    [
        "accounts.admin.level", "maker_accounts.admin.level", "service_settings.telnet.enabled", "port_mappings.tcp/80",
        "router_configuration.forwards.tcp 8080", "cloud.services.p2p", "upnp_client.enabled",
        "ssh_host_key.fingerprint", "snmp_settings.v2c", "remote_log.host", "identity.firmware",
    ],
)  # fmt: skip
def test_what_opens_a_device_is_major(key: str) -> None:
    assert importance(key) is Importance.MAJOR


@pytest.mark.parametrize("key", ["firmware_update.automatic", "hostname.name", "tls.https.versions"])
def test_what_should_be_looked_at_is_a_notice(key: str) -> None:
    assert importance(key) is Importance.NOTICE


@pytest.mark.parametrize("key", ["uptime.seconds", "identity.serial", "web.http.title"])
def test_the_rest_is_information(key: str) -> None:
    assert importance(key) is Importance.INFO
