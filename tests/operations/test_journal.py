"""The journal tells what happened and never a secret, whoever writes the line and however."""

import io
import json
import logging
import string
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban import journal
from fushinban.journal import Form, blank, event, open_journal


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Leave the process's logging as it was."""
    names = [*journal.LIBRARIES, ""]
    before = [(logging.getLogger(n), list(logging.getLogger(n).handlers), logging.getLogger(n).level,
               logging.getLogger(n).propagate, logging.getLogger(n).disabled) for n in names]  # fmt: skip
    yield
    for logger, handlers, level, propagate, disabled in before:
        logger.handlers[:], logger.propagate, logger.disabled = handlers, propagate, disabled
        logger.setLevel(level)
    logging.captureWarnings(False)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


#: Secrets as people and programs make them: long enough that they cannot stand in our own words by chance.
SECRETS = st.one_of(
    st.text(string.ascii_letters + string.digits + "-_", min_size=22, max_size=60).filter(
        lambda s: any(c.isdigit() for c in s) and any(c.isalpha() for c in s)
    ),
    st.from_regex(r"[0-9a-f]{32,64}", fullmatch=True),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=9, max_size=30),
    st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x30FF), min_size=8, max_size=20),
)
#: Such as stand in an address or a header without quotes.
TOKENS = st.from_regex(r"[A-Za-z0-9_-]{20,60}", fullmatch=True).filter(
    lambda s: any(c.isdigit() for c in s) and any(c.isupper() for c in s) and any(c.islower() for c in s)
)


@pytest.mark.parametrize(
    "sentence",
    [
        "password={}", "PASSWORD: {}", "login failed, pwd = {}", "Authorization: Bearer {}", "authorization: Digest {}",
        "Cookie: fushinban_session={}; a=b", "Set-Cookie: sessionid={}", "X-Api-Key: {}", "admin_password={}",
        "client_secret={}", "api_key={}", "csrfmiddlewaretoken={}", "passphrase: {}", "totp={}", "パスワード：{}",
        "http://user:{}@192.0.2.1/x", "rtsp://admin:{}@[2001:db8::1]:554/", "postgres://u:{}@db.example/x",
        "vault key={}", "http://192.0.2.1/?token={}", "GET /?pw={} HTTP/1.1", "access_token => {}", "Basic {}",
    ],
)  # fmt: skip
@settings(max_examples=25, deadline=None)
@given(secret=SECRETS)
def test_announced_secrets_do_not_appear(sentence: str, secret: str) -> None:
    told = blank(sentence.format(secret))
    assert secret not in told
    assert journal.BLANK in told


@settings(max_examples=150, deadline=None)
@given(secret=SECRETS, quoted=st.sampled_from([json.dumps, repr]))
def test_secrets_in_values_as_programs_print_them_do_not_appear(secret: str, quoted: Any) -> None:
    text = quoted({"user": "audit", "password": secret, "n": 1})
    assert secret not in blank(text)
    assert json.dumps(secret)[1:-1] not in blank(text)
    assert blank(text).endswith("}")


@pytest.mark.parametrize(
    "sentence",
    ["{}", "see /setup/{}", "https://console.example/invite/{}/accept", "Not Found: /accounts/reset/key/1-{}/", "({})"],
)
@settings(max_examples=60, deadline=None)
@given(token=TOKENS)
def test_tokens_and_one_time_links_do_not_appear_unannounced(sentence: str, token: str) -> None:
    assert token not in blank(sentence.format(token))


@settings(max_examples=100, deadline=None)
@given(secret=SECRETS, form=st.sampled_from(Form))
def test_no_way_into_the_journal_lets_a_secret_through(secret: str, form: Form) -> None:
    stream = io.StringIO()
    open_journal(stream, form, logging.DEBUG)
    logger = logging.getLogger("dbos")
    logger.warning("password=%s", secret)
    logging.getLogger("uvicorn.error").info("Authorization: Bearer %s", secret)
    logging.getLogger("django.request").error("token %d", secret)  # arguments that do not fit
    event("tried", reason=f"http://admin:{secret}@192.0.2.1/ refused")
    try:
        raise ValueError(f"password={secret!r}")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: /x?key=%s", secret)
    told = stream.getvalue()
    assert secret not in told
    assert json.dumps(secret, ensure_ascii=False)[1:-1] not in told
    assert "ValueError" in told


@given(st.text(max_size=300))
def test_any_text_gives_a_text(text: str) -> None:
    assert len(blank(text)) <= 4 * len(text) + 40


@pytest.mark.parametrize(
    "text",
    [
        "9f1b2c3d-1111-4222-8333-444455556666", "20261123-010203-0a1b2c3d", "inspection ended complete",
        "Application startup complete.", "2026-11-23T01:02:03", "cam-001 192.0.2.10 ONVIF GetDeviceInformation",
        "点検が終わりました（12台）", "Uvicorn running on", "fushinban_request_seconds", "CannotConnectNow",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert blank(text) == text


@pytest.mark.parametrize("text", ["hanako.yamada@shop.example.jp", "<taro@example.com>", "to: a+b@c.example"])
def test_addresses_of_people_do_not_appear(text: str) -> None:
    assert "example" not in blank(text)


def test_private_keys_do_not_appear() -> None:
    text = "bad key -----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY----- in file"
    assert blank(text) == "bad key *** in file"


def test_one_event_is_one_line_with_the_fields_around_it() -> None:
    stream = io.StringIO()
    open_journal(stream, Form.JSON)
    with journal.about(request="ab12", person=7):
        with journal.about(job="9f1b2c3d-1111-4222-8333-444455556666"):
            event("job-ended", seconds=1.23456, state="done\nand more", count=3)
        logging.getLogger("anything").warning("two\nlines")
    event("after")
    first, second, third = lines(stream)
    assert first["event"] == "job-ended"
    assert first["job"] == "9f1b2c3d-1111-4222-8333-444455556666"
    assert (first["request"], first["person"], first["seconds"], first["count"]) == ("ab12", 7, 1.2346, 3)
    assert first["state"] == "done\nand more"
    assert first["at"].endswith("+00:00")
    assert (second["event"], second["request"], second["level"]) == ("two\nlines", "ab12", "warning")
    assert "job" not in second
    assert "request" not in third


def test_fields_that_are_not_known_are_mistakes() -> None:
    with pytest.raises(ValueError, match="email"):
        event("x", email="a")
    with pytest.raises(ValueError, match="password"), journal.about(password="a"):
        pass


def test_at_a_terminal_it_reads_easily_and_nothing_can_draw_on_it() -> None:
    stream = io.StringIO()
    open_journal(stream, Form.PLAIN)
    event("request", page="overview", status=200, reason="\x1b[2Jx\ny")
    (line,) = stream.getvalue().splitlines()
    assert line.endswith("INFO    request page=overview status=200 reason=␤[2Jx␤y")


def test_the_libraries_write_here_and_nowhere_else() -> None:
    stream = io.StringIO()
    handler = open_journal(stream, Form.JSON)
    open_journal(stream, Form.JSON)  # a second time, as after a reload: still one line each
    for name in ("uvicorn", "uvicorn.error", "django", "django.request", "django.server", "dbos", "allauth"):
        logging.getLogger(name).error("said by %s", name)
    logging.getLogger("uvicorn.access").error("GET /setup/secret-link")
    logging.getLogger("sqlalchemy.engine").info("SELECT 'x'")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("be warned", UserWarning, stacklevel=1)
    told = lines(stream)
    assert [line["logger"] for line in told[:7]] == [
        "uvicorn", "uvicorn.error", "django", "django.request", "django.server", "dbos", "allauth",
    ]  # fmt: skip
    assert [line["logger"] for line in told[7:]] == ["py.warnings"]
    assert handler not in logging.getLogger().handlers


def test_dbos_adds_no_handler_of_its_own() -> None:
    code = """
        from fushinban.journal import Form, open_journal
        open_journal(form=Form.JSON)
        from dbos._logger import init_logger
        init_logger()
        import logging
        logging.getLogger("dbos").warning("once")
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60,
                           env={"PYTHONPATH": ":".join(sys.path)}, check=True)  # fmt: skip
    (line,) = ended.stderr.splitlines()
    assert json.loads(line)["event"] == "once"


def test_a_broken_stream_prints_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    open_journal(stream, Form.JSON)
    stream.close()
    logging.getLogger("x").error("password=%s", "invented-secret-1")
    assert capsys.readouterr() == ("", "")
