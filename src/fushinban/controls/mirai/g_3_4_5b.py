"""G-3.4-5b: sources of connections are limited."""

from ipaddress import ip_network

from fushinban.controls._saying import PERHAPS_VIDEO, guide, names, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.facts import AddressFilter, FilterMode
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Passes on a list of allowed sources; fails on a filter that restricts nothing."""
    rule = view[AddressFilter]
    everything = [e for e in rule.entries if _is_everything(e)]
    evidence = seen(view, AddressFilter, _told(rule))
    if rule.mode is FilterMode.ALLOW and rule.entries and not everything:
        return passed(Text("接続できる相手が限定されています。", "Only listed sources may connect."), evidence)
    if everything or (rule.mode is FilterMode.DENY and not rule.entries):
        message = Text(
            "機器に接続元を限定する機能がありますが、誰からの接続も制限していません。",
            "The device can limit who connects, but no source is restricted.",
        )
        return failed(message, evidence)
    return unknown(
        Text(
            "接続元の制限の設定からは、限定されているか判断できませんでした。",
            "Whether sources are really limited cannot be told from the filter's settings.",
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
    title=Text("接続元のIPアドレスを限定している", "The sources of connections are limited"),
    requirement=Text(
        "接続してくる相手のIPアドレスを、決まったものに限ることを検討すること。",
        "It is considered to let only certain addresses connect.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    measures=(3,),
    applies_to=PERHAPS_VIDEO,
    reads=(AddressFilter,),
    check_device=check,
    question=Question(
        prompt=Text(
            "ルータまたは機器で、接続元のIPアドレスの限定を検討し、必要な制限を設定していますか。",
            "Has limiting the source addresses, at router or device, been considered and set where needed?",
        ),
        hint=Text(
            "外部からの接続を許していない場合は「該当なし」と答えてください。",
            "If no access from outside is allowed, answer n/a.",
        ),
    ),
    rationale=Text(
        "接続できる相手を絞れば、パスワードが漏れても攻撃者は届きません。",
        "Where only certain addresses can connect, an attacker with the password still cannot reach the device.",
    ),
    remedy=Text(
        "録画機・管理用パソコン・保守会社のアドレスを許可の一覧に入れ、許可方式の制限を有効にしてください。"
        "自分の接続元を入れ忘れると設定画面に入れなくなるため、先に確かめます。",
        "Put recorder, management PC and maintenance company on the list and switch the allow filter on. "
        "Check first that your own address is on it, or you lock yourself out.",
    ),
    references=(guide("3.4 (5)"),),
)
