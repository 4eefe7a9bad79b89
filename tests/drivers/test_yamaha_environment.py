"""What `show environment` says: the real form that template collections have, and its variations."""

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.drivers.yamaha._environment import parse_environment
from fushinban.errors import Malformed

#: The form of a real RTX1200 in networktocode/ntc-templates (Apache-2.0); its serial and addresses are invented there.
RTX1200 = """RTX1200 BootROM Ver.1.01
RTX1200 Rev.10.01.71 (Thu Sep 29 15:08:40 2016)
  main:  RTX1200 ver=c0 serial=D12345678 MAC-Address=00:a0:de:aa:bb:11 MAC-Addr
ess=00:a0:de:aa:bb:22 MAC-Address=00:a0:de:aa:bb:33
CPU:   1%(5sec)   2%(1min)   3%(5min)    Memory: 24% used
Packet-buffer:   0%(small)   0%(middle)   5%(large)   0%(huge) used
Firmware: exec1  Config. file: config1
Default firmware: exec0  Default config. file: config0
Boot time: 2021/01/24 12:32:36 +09:00
Current time: 2021/01/30 09:44:53 +09:00
Elapsed time from boot: 5days 21:12:17
Security Class: 1, FORGET: ON, TELNET: OFF
Inside Temperature(C.): 36
"""


def test_a_real_form_is_read_with_its_broken_line() -> None:
    found = parse_environment(RTX1200.encode())
    assert (found.model, found.firmware, found.hardware, found.serial) == ("RTX1200", "10.01.71", "c0", "D12345678")
    assert found.macs == ("00:a0:de:aa:bb:11", "00:a0:de:aa:bb:22", "00:a0:de:aa:bb:33")
    assert found.booted_at == datetime(2021, 1, 24, 3, 32, 36, tzinfo=UTC)
    assert found.read_at == datetime(2021, 1, 30, 0, 44, 53, tzinfo=UTC)
    assert found.seconds == ((5 * 24 + 21) * 60 + 12) * 60 + 17
    assert (found.security_class, found.forget, found.telnet) == (1, True, False)
    assert found.configuration_file == "config1"
    assert (found.identity.maker, found.identity.model, found.identity.hardware) == ("Yamaha", "RTX1200", "c0")
    assert (found.uptime.seconds, found.uptime.booted_at) == (found.seconds, found.booted_at)
    assert found.uptime.boot_id == "2021-01-24T03:32:36+00:00"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "> show environment\n", "RTX1200> show environment\n\n"])
def test_line_ends_and_the_talk_of_a_session(ending: str, before: str) -> None:
    assert parse_environment((before + RTX1200).replace("\n", ending).encode()) == parse_environment(RTX1200.encode())


def test_what_is_not_said_is_not_known() -> None:
    found = parse_environment(b"RTX830 Rev.15.02.10 (Fri Jun  7 10:04:56 2019)\n")
    assert (found.model, found.firmware, found.serial, found.macs) == ("RTX830", "15.02.10", "", ())
    assert (found.seconds, found.booted_at, found.security_class, found.forget) == (None, None, None, None)
    assert found.uptime.boot_id == ""


def test_wrong_times_and_a_day_without_days() -> None:
    text = RTX1200.replace("2021/01/24 12:32:36 +09:00", "2021/13/44 12:32:36").replace("5days 21:12:17", "0:00:07")
    found = parse_environment(text.encode())
    assert found.booted_at is None
    assert found.seconds == 7
    without_zone = RTX1200.replace(" +09:00", "")
    assert parse_environment(without_zone.encode()).booted_at == datetime(2021, 1, 24, 3, 32, 36, tzinfo=UTC)


@pytest.mark.parametrize("content", [b"", b"RTX1200 BootROM Ver.1.01\n", b"Error: Invalid command\n", b"\xff" * 99])
def test_what_is_no_environment_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        parse_environment(content)


@given(st.lists(st.sampled_from([*RTX1200.split("\n"), "Elapsed time from boot: 9999999days 99:99:99", "RTX9 Rev.x"])))
def test_any_order_and_number_of_its_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        found = parse_environment(text.encode())
    except Malformed:
        assert " Rev." not in text
    else:
        assert found.model.startswith("RTX")


@pytest.mark.parametrize("repeated", ["\n", " ", "\t", "A-", "main: ", "Boot time: "])
def test_a_hostile_router_takes_no_time(repeated: str) -> None:
    content = b"RTX1210 Rev.14.01.38\n" + repeated.encode() * (400_000 // len(repeated))
    begin = time.process_time()
    with suppress(Malformed):
        parse_environment(content)
    assert time.process_time() - begin < 3
