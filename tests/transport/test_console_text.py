"""What stands on a console, as pure text: prompts, questions, page breaks, complaints, in every encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.transport import console_text
from fushinban.transport.console_text import Tail, complaint, lacks_rights, overwritten, printed_for, tail_of
from fushinban.transport.console_wire import ConsoleWire
from fushinban.transport.dialects import DIALECTS

ENCODINGS = ("utf-8", "euc_jp", "cp932")


def seen(text: str, encoding: str = "utf-8") -> str:
    """As the wire gives it."""
    return text.encode(encoding).decode("latin-1")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("welcome\r\n> ", Tail.PROMPT), ("RTX830# ", Tail.PROMPT), ("\r\n[RTX1210-shop] > ", Tail.PROMPT),
        ("Router(config)# ", Tail.PROMPT), ("\r\nshop-1% ", Tail.PROMPT), ("shop-1(config)% ", Tail.PROMPT),
        ("CPU utilization 5%", Tail.OTHER), ("50%", Tail.OTHER), ("% Invalid command.", Tail.OTHER),
        ("Password: ", Tail.PASSWORD), ("\r\nパスワード：", Tail.PASSWORD),
        ("Username: ", Tail.USERNAME), ("login: ", Tail.USERNAME), ("ユーザー名: ", Tail.USERNAME),
        ("a\r\n---つづく---", Tail.BREAK), ("a\r\n--More--", Tail.BREAK), ("---more---", Tail.BREAK),
        ("Save new configuration ? (Y/N)", Tail.YES_OR_NO), ("ip lan1 address 192.0.2.1/24\r\n", Tail.OTHER),
        ("ip lan1 addr", Tail.OTHER), ("", Tail.OTHER), ("user@host:~$ ", Tail.OTHER), (">" * 200, Tail.OTHER),
    ],
)  # fmt: skip
def test_what_a_text_ends_with(text: str, tail: Tail, encoding: str) -> None:
    assert tail_of(seen(text, encoding)) is tail


def test_only_a_prompt_that_comes_twice_ends_an_answer() -> None:
    config = "show config\r\n# RTX9999 Rev.99\r\n# "
    assert not console_text.waits_twice(config, "#")
    assert console_text.waits_twice(config + "\r\n# ", "#")
    assert not console_text.waits_twice("# one\r\n# two\r\n# ", "#")


@pytest.mark.parametrize("wiping", ["\r            \r", "\b" * 12 + " " * 12 + "\b" * 12, "\x1b[2K\r"])
def test_a_page_break_leaves_nothing_behind(wiping: str) -> None:
    before = console_text.without_break("pp select 1\r\n---more---")
    text = f"show config\r\n{before}{console_text.after_break(wiping + ' pp enable 1')}\r\n# \r\n# "
    assert printed_for("show config", text, "#") == b"pp select 1\n pp enable 1\n"


def test_a_line_written_over_is_read_as_it_stands_on_the_screen() -> None:
    assert overwritten("---more---\r          \rip route") == "ip route  "
    assert overwritten("abc\b\bX") == "aXc"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_complaints_are_told_from_answers(encoding: str) -> None:
    assert (
        complaint("エラー: コマンド名を確認してください\n".encode(encoding)) == "エラー: コマンド名を確認してください"
    )
    assert complaint(b"% show config -- Invalid command.\n").startswith("% show")
    assert complaint(b"    ^\n% Invalid input\n") == "% Invalid input"
    assert complaint("# RTX\nip lan1 address 192.0.2.1/24\n".encode(encoding)) == ""
    assert complaint(b"") == ""
    assert lacks_rights("エラー: 管理ユーザーだけが実行できます")
    assert not lacks_rights("% Invalid command")


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_are_read(one: bytes, two: bytes) -> None:
    text, more = one.decode("latin-1"), two.decode("latin-1")
    assert tail_of(text) in Tail
    assert len(console_text.after_break(more)) <= len(more)
    assert len(overwritten(text)) <= len(text)
    assert isinstance(printed_for("show config", text + more, "#"), bytes)
    assert isinstance(complaint(one), str)
    assert console_text.waits_twice(text, "#") in (True, False)


def test_nothing_but_show_is_ever_asked() -> None:
    for dialect in DIALECTS.values():
        assert all(command.startswith("show ") for command in dialect.reads)
        assert dialect.climb in ("administrator", "enable-config")
        assert dialect.leave == "exit"


def test_a_wire_does_not_show_what_it_heard() -> None:
    assert not ConsoleWire.__dataclass_fields__["_heard"].repr
    assert not ConsoleWire.__dataclass_fields__["_netmiko"].repr
