"""G-3.4-5b: sources of connections are limited."""

from ipaddress import ip_network

from fushinban.controls._exposure import configured, doubts, for_everybody, hedge, sources_text
from fushinban.controls._saying import PERHAPS_VIDEO, could_not_read, guide, joined, names, seen
from fushinban.controls._ways import certain, ways_evidence, ways_text
from fushinban.model.control import (
    Control,
    Outcome,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    passed,
    unknown,
)
from fushinban.model.facts import AddressFilter, FilterMode, RouterConfiguration
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Passes on a list of allowed sources, of the device or of the router for all ways to it.

    Fails on a filter that restricts nothing, and where the router lets everybody through.
    """
    rule = view.find(AddressFilter)
    own = _of_device(view, rule) if rule is not None else could_not_read(view, AddressFilter)
    return own if own.outcome is Outcome.PASS else _at_router(view) or own


def _at_router(view: DeviceView) -> Verdict | None:
    """What the router's configuration decides about the ways to this device; None where it decides nothing."""
    exposure, ways = configured(view), view.ways
    if exposure is None or not ways:
        return None
    everybody = [way for way in certain(ways) if for_everybody(way.row.reach)]
    if everybody:
        message = Text(
            "ルータで、外部から接続できる相手が限定されていません（{list}）。{hedge}",
            "The router does not limit who connects from outside ({list}).{hedge}",
        )
        text = message.fill(list=ways_text(everybody, view.device.id), hedge=hedge(exposure, view.now))
        return failed(text, *ways_evidence(exposure, everybody))
    if doubts(exposure, view.now):
        return None
    message = Text(
        "ルータで、外部から接続できる相手が限定されています（{list}）。",
        "The router lets only these connect from outside: {list}.",
    )
    limits = dict.fromkeys(sources_text(way.row.reach) for way in ways)
    return passed(message.fill(list=joined(limits)), *ways_evidence(exposure, ways))


def _of_device(view: DeviceView, rule: AddressFilter) -> Verdict:
    everything = [e for e in rule.entries if _is_everything(e)]
    evidence = seen(view, AddressFilter, _told(rule))
    if rule.mode is FilterMode.ALLOW and rule.entries and not everything:
        return passed(
            Text("接続できる相手のIPアドレスが限定されています。", "Only the addresses on the list may connect."),
            evidence,
        )
    if everything or (rule.mode is FilterMode.DENY and not rule.entries):
        message = Text(
            "接続元を限定する機能がありますが、使われていないため、どこからでも接続できます。",
            "The device can limit who connects, but this is not used, so anybody may connect.",
        )
        return failed(message, evidence)
    return unknown(
        Text(
            "接続元の制限の設定はありますが、相手が限定されているかどうかを判断できませんでした。",
            "There is a filter of source addresses, but it could not be told whether it really limits them.",
        ),
        evidence,
    )


def _is_everything(entry: str) -> bool:
    try:
        return ip_network(entry, strict=False).prefixlen == 0
    except ValueError:
        return False


def _told(rule: AddressFilter) -> Text:
    text = Text("方式：{mode}、対象：{list}", "Mode: {mode}, entries: {list}")
    return text.fill(mode=rule.mode.label, list=names(rule.entries) if rule.entries else Text("なし", "none"))


CONTROL = Control(
    id="G-3.4-5b",
    title=Text("接続元のIPアドレスを限定している", "Source addresses of connections are limited"),
    requirement=Text(
        "接続してくる相手のIPアドレスを、決まったものに限ることを検討すること。",
        "Letting only certain addresses connect is considered.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    measures=(3,),
    applies_to=PERHAPS_VIDEO,
    may_read=(AddressFilter, RouterConfiguration),
    check_device=check,
    question=Question(
        prompt=Text(
            "ルータまたは機器で、接続元のIPアドレスの限定を検討し、必要な制限を設定していますか。",
            "Has limiting the source addresses at the router or the devices been considered, and is it set where "
            "needed?",
        ),
        hint=Text(
            "外部からの接続を許していない場合は「該当なし」と答えてください。",
            "If no access from outside is allowed, answer n/a.",
        ),
    ),
    rationale=Text(
        "接続できる相手を絞れば、パスワードが漏れたときも、攻撃者は接続しにくくなります。",
        "Where only certain addresses can connect, it is harder for an attacker to connect even with the password.",
    ),
    remedy=Text(
        "レコーダ・管理用パソコン・保守会社のアドレスを許可の一覧に入れ、許可方式の制限を有効にしてください。自分の"
        "アドレスを入れ忘れると設定画面を開けなくなるため、先に一覧を確認してください。",
        "Put recorder, management PC and maintenance company on the list and switch the allow filter on. "
        "Check first that your own address is on it, or you lock yourself out.",
    ),
    references=(guide("3.4 (5)"),),
)
