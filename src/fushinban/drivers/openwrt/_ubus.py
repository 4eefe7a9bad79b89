"""OpenWrt's configuration as its call interface gives it: `ubus call uci get` per file, wrapped or not in JSON-RPC.

A document maps files (`firewall`, `network`) to answers; a single answer is taken too, its file told from its sections.
The names of the files beyond `system` are known from the configuration's own text; how a device answers for each is not
proven by a recording, so anything of another shape is Malformed.
"""

from collections.abc import Mapping

import orjson

from fushinban.drivers._router_text import clipped, without_logins
from fushinban.drivers.openwrt._sections import Section, is_secret
from fushinban.drivers.openwrt._uci import Uci
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.router import Line

#: What ubus says where there is no such file, and where it may not be read.
_ABSENT, _DENIED = frozenset({4, 5}), 6


def looks_like_ubus(content: bytes) -> bool:
    """Whether the bytes begin as an answer does."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def read_ubus(content: bytes) -> Uci:
    """All sections in the answers. Raises Malformed for anything else."""
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise other_kind() from None
    uci = Uci()
    values = _values(document)
    if values is not None:
        _take(uci, "", values)
    elif isinstance(document, dict):
        for package, answer in document.items():
            _take_answer(uci, package, answer)
    if not uci.sections and not uci.facts:
        raise other_kind()
    return uci


def _status(answer: object) -> int:
    """The status of a call that gave nothing but that; 0 for every other answer."""
    result = answer.get("result") if isinstance(answer, dict) else answer
    if isinstance(result, list) and len(result) == 1 and isinstance(result[0], int):
        return int(result[0])
    return 0


def other_kind() -> Malformed:
    """The error for what is no configuration of OpenWrt."""
    return Malformed(say("router_text.other-kind", maker="OpenWrt", how=say("router_text.how-openwrt")))


def _take_answer(uci: Uci, package: str, answer: object) -> None:
    if package in ("system board", "system.board", "board") and isinstance(answer, dict):
        _take_board(uci, answer)
        return
    status = _status(answer)
    if status == _DENIED:
        uci.denied.add(package)
        return
    uci.packages.add(package)
    if status in _ABSENT:
        return
    values = _values(answer)
    if values is None:
        raise other_kind()
    _take(uci, package, values)


def _take_board(uci: Uci, answer: Mapping[str, object]) -> None:
    release = answer.get("release")
    if isinstance(model := answer.get("model"), str):
        uci.facts["model"] = model
    if isinstance(release, dict) and isinstance(version := release.get("version"), str):
        uci.facts["version"] = version
    if isinstance(name := answer.get("hostname"), str):
        uci.facts["hostname"] = name


def _values(answer: object) -> Mapping[str, object] | None:
    """The sections inside `{"values": …}`, `[0, {"values": …}]`, `{"result": [0, …]}`, or bare by section name."""
    if isinstance(answer, dict) and "result" in answer:
        answer = answer["result"]
    if isinstance(answer, list) and len(answer) == 2 and answer[0] == 0:
        answer = answer[1]
    if isinstance(answer, dict) and isinstance(answer.get("values"), dict):
        answer = answer["values"]
    if isinstance(answer, dict) and all(isinstance(s, dict) and ".type" in s for s in answer.values()):
        return answer
    return None


def _take(uci: Uci, package: str, values: Mapping[str, object]) -> None:
    sections = [s for s in values.values() if isinstance(s, dict)]
    for given in sorted(sections, key=_place):
        kind, name = given.get(".type"), given.get(".name", "")
        if not isinstance(kind, str) or not isinstance(name, str):
            raise other_kind()
        shown = name if not given.get(".anonymous") else f"@{kind}"
        section = Section(
            package=package, kind=kind, name="" if given.get(".anonymous") else name,
            head=Line(0, f"{package}.{shown}={kind}".removeprefix(".")),
        )  # fmt: skip
        for option, value in given.items():
            if not option.startswith("."):
                _put(section, shown, option, value)
        uci.sections.append(section)


def _place(section: Mapping[str, object]) -> int:
    place = section.get(".index")
    return place if isinstance(place, int) else 0


def _put(section: Section, shown: str, option: str, value: object) -> None:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str | int | float) for one in values):
        raise other_kind()
    texts = ["***" if is_secret(option) else str(int(v) if isinstance(v, bool) else v) for v in values]
    said = " ".join(f"'{text}'" for text in texts)
    line = Line(0, clipped(without_logins(f"{section.package}.{shown}.{option}={said}").removeprefix(".")))
    section.put(option, texts, line, more=False)
