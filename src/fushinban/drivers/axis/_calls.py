"""What is asked of an Axis device, as values. All of it reads; nothing changes, restarts or resets anything."""

import json

from fushinban.drivers._doors import WebDoor
from fushinban.drivers.axis._parameters import GROUPS
from fushinban.transport.values import HttpRequest

SYSTEM_READY = "/axis-cgi/systemready.cgi"
BASIC_DEVICE_INFO = "/axis-cgi/basicdeviceinfo.cgi"
API_DISCOVERY = "/axis-cgi/apidiscovery.cgi"
FIRMWARE = "/axis-cgi/firmwaremanagement.cgi"
NTP = "/axis-cgi/ntp.cgi"
TIME = "/axis-cgi/time.cgi"
REMOTE_SYSLOG = "/axis-cgi/remotesyslog.cgi"

PARAMETERS = "/axis-cgi/param.cgi?action=list&group=" + ",".join(f"root.{group}" for group in GROUPS)
USERS = "/axis-cgi/pwdgrp.cgi?action=get"
SYSTEM_LOG = "/axis-cgi/systemlog.cgi"
ACCESS_LOG = "/axis-cgi/accesslog.cgi"

#: The device-configuration interfaces of AXIS OS 11.8 and later: their list, and those that are read.
DISCOVER = "/config/discover"
FIREWALL = "/config/rest/firewall/v1"
CERTIFICATES = "/config/rest/cert/v1/certificates"
SNMP = "/config/rest/snmp/v1"


def ask_json(door: WebDoor, path: str, method: str, version: str = "1.0") -> HttpRequest:
    """One method of a JSON interface."""
    return door.post(path, json.dumps({"apiVersion": version, "method": method}).encode(), "application/json")


def ask_ready(door: WebDoor) -> HttpRequest:
    """The state of the start, without waiting for it."""
    body = {"apiVersion": "1.0", "method": "systemready", "params": {"timeout": 1}}
    return door.post(SYSTEM_READY, json.dumps(body).encode(), "application/json")
