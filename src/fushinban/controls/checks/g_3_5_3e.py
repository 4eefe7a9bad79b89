"""G-3.5-3e: the public address was read at the router."""

from fushinban.controls._addresses import is_global
from fushinban.controls._exposure import doubts, told_evidence
from fushinban.controls._router import outside_addresses
from fushinban.controls._saying import guide, names, seen
from fushinban.model.control import (
    AnswerKind,
    Control,
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
from fushinban.model.facts import Fact, PortMappings, RouterConfiguration
from fushinban.model.text import Text
from fushinban.model.view import DeviceView, SiteView


def check(site: SiteView) -> Verdict:
    """Passes on a public address that a router named; fails on one that is not public: another router stands above."""
    found = [(v, fact, address) for v in site.devices for fact, address in _told(v)]
    if not found:
        handed_in = _handed_in(site)
        if handed_in is not None:
            return handed_in
        text = Text(
            "ルータから、現在のグローバルIPアドレスを読み取れませんでした。",
            "No router told the present public IP address.",
        )
        return unknown(text)
    evidence = tuple(
        seen(v, fact, Text("ルータの外側のアドレス：{a}", "Outside address of the router: {a}").fill(a=address))
        for v, fact, address in found
    )
    public = [address for *_, address in found if is_global(address)]
    if not public:
        message = Text(
            "ルータの外側のアドレスが、インターネットのものではありません（{list}）。手前に別のルータか、通信会社のアド"
            "レス変換があります。",
            "The router's outside address is not one of the internet ({list}): another router, or the carrier's "
            "address translation, stands before it.",
        )
        return failed(message.fill(list=names(address for *_, address in found)), *evidence)
    message = Text(
        "ルータから現在のグローバルIPアドレス（{list}）を読み取りました。",
        "The present public IP address ({list}) was read at the router.",
    )
    return passed(message.fill(list=names(public)), *evidence)


def _handed_in(site: SiteView) -> Verdict | None:
    """The fixed address of the line, by a recent configuration that a person handed in."""
    exposure = site.exposure
    public = [str(a) for a in exposure.outside if is_global(str(a))] if exposure is not None else []
    if exposure is None or not public or doubts(exposure, site.now):
        return None
    message = Text(
        "ルータの設定から、グローバルIPアドレス（{list}）を読み取りました。",
        "The public IP address ({list}) was read in the router's configuration.",
    )
    return passed(message.fill(list=names(public)), told_evidence(exposure))


def _told(view: DeviceView) -> tuple[tuple[type[Fact], str], ...]:
    """The outside addresses that one router named: over UPnP, or else in its configuration."""
    mappings, configuration = view.find(PortMappings), view.find(RouterConfiguration)
    if mappings is not None and mappings.external_address:
        return ((PortMappings, mappings.external_address),)
    addresses = outside_addresses(configuration) if configuration is not None else ()
    return tuple((RouterConfiguration, address) for address in addresses)


CONTROL = Control(
    id="G-3.5-3e",
    title=Text(
        "ルータでグローバルIPアドレスを調べている",
        "The public IP address was read at the router",
    ),
    requirement=Text(
        "アドレスが固定でない場合は、ルータの画面などで現在のグローバルIPアドレスを調べること。",
        "Where the address is not fixed, the present public IP address is read at the router or the like.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION,),
    measures=(3,),
    checkpoints=(3,),
    may_read=(PortMappings, RouterConfiguration),
    check_site=check,
    question=Question(
        prompt=Text(
            "ルータの状態画面で、現在のグローバルIPアドレスを確かめた日はいつですか。",
            "On which day was the present public IP address read on the router's status page?",
        ),
        kind=AnswerKind.DATE,
        hint=Text(
            "ルータの画面の写真を残してください。固定アドレスの契約書で確かめた場合は、その日を答えてください。",
            "Keep a photograph of the page. With a fixed address confirmed by the contract, give the day on which "
            "the contract was looked at.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "ルータに表示されるアドレスがプライベートアドレスなら、その上にもう1台ルータがあるなど、想定と違う構成である"
        "ことが分かります。",
        "A private address on the router's page shows a structure other than assumed, for example another router "
        "above it.",
    ),
    remedy=Text(
        "ルータの管理画面の「回線状態」などでIPアドレスを調べ、設定シートに日付とともに書いてください。",
        "Look up the address on the router's line status page and write it on the sheet with the date.",
    ),
    references=(guide("3.5 (3)"),),
)
