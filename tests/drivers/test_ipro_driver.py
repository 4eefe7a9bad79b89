"""i-PRO: getinfo and the registration of an administrator, all of it hand-made."""

import asyncio

import pytest
from scripted_session import ScriptedSession

from fushinban.drivers.ipro import DRIVER
from fushinban.drivers.ipro._device import (
    FIRST,
    INFO,
    get_activation,
    get_identity,
    open_ipro,
    parse_activation,
    parse_identity,
)
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.transport.values import HttpAnswer

LINES = b"MAC=BC-C3-42-00-00-01\r\nSERIAL=INV00001\r\nVERSION=V01.0600\r\nNAME=WV-INVENTED\r\nSDrec=disable\r\n"


@pytest.mark.parametrize("said", [LINES, LINES.replace(b"\r\n", b" "), LINES.replace(b"\r\n", b"\n") + LINES])
def test_lines_and_words(said: bytes) -> None:
    found = parse_identity(said)
    assert (found.maker, found.model, found.firmware, found.serial) == ("i-PRO", "WV-INVENTED", "V01.0600", "INV00001")


@pytest.mark.parametrize("said", [b"", b"<html>NAME=x SERIAL=y</html>", b"VERSION=1.0\r\n", b"OTHERNAME=x"])
def test_what_is_no_getinfo(said: bytes) -> None:
    with pytest.raises(Malformed):
        parse_identity(said)


@pytest.mark.parametrize(
    ("said", "initialised"),
    [
        (b"{&quot;usernum&quot;:0}", False),
        (b'{"usernum":"0","x":1}', False),
        (b"{'usernum': 1}", True),
        (b"usernum=12", True),
    ],
)
def test_whether_an_administrator_is_registered(said: bytes, initialised: bool) -> None:
    assert parse_activation(said).initialised is initialised


@pytest.mark.parametrize("said", [b"", b"<html>", b"{}", b"usernumber=1"])
def test_what_does_not_say_it(said: bytes) -> None:
    with pytest.raises(Malformed):
        parse_activation(said)


def test_a_device_that_nobody_has_set_up_is_sent_no_login() -> None:
    session = ScriptedSession({FIRST: b'{"usernum":0}', INFO: LINES})
    web = asyncio.run(open_ipro(session))  # type: ignore[arg-type]
    assert asyncio.run(get_activation(web)).initialised is False
    with pytest.raises(Denied, match="never been set up"):
        asyncio.run(get_identity(web))
    assert session.asked == [FIRST]


def test_an_older_device_without_that_request_is_read_all_the_same() -> None:
    session = ScriptedSession({FIRST: HttpAnswer(404, {}, b""), INFO: LINES})
    web = asyncio.run(open_ipro(session))  # type: ignore[arg-type]
    assert asyncio.run(get_identity(web)).model == "WV-INVENTED"
    with pytest.raises(NotSupported):
        asyncio.run(get_activation(web))


def test_it_is_hand_made_and_stays_bronze() -> None:
    assert DRIVER.quality.value == "bronze"
