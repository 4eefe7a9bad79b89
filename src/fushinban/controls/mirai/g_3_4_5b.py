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
    reads=(AddressFilter,),
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
