"""G-3.6-12: it is settled whether the place creates a duty to report."""

from fushinban.controls._contacts import noted, recorded
from fushinban.controls._saying import guide
from fushinban.model.control import (
    Control,
    Evidence,
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
from fushinban.model.japanese import nfkc, parse_mark
from fushinban.model.site import SiteKind
from fushinban.model.text import Text
from fushinban.model.view import SiteView

#: How a sheet says that the place is concerned.
_CONCERNED = frozenset({"該当", "該当する", "該当あり"})


def check(view: SiteView) -> Verdict:
    """Fails where the place is critical infrastructure and nobody wrote down what follows from it."""
    kind = view.site.kind
    place = Evidence(
        text=Text(f"設置場所の区分：{kind.label.ja}", f"Kind of place: {kind.label.en}"), source="site.kind"
    )
    if recorded(view, ("incident_reporting",)):
        message = Text(
            "報告が必要かどうかの判断が記録されています。", "Whether incidents must be reported is on record."
        )
        return passed(message, place, *noted(view, "infrastructure", "incident_reporting"))
    word = view.site.details.get("infrastructure", "")
    said = "yes" if nfkc(word) in _CONCERNED else parse_mark(word)
    if kind is SiteKind.INFRASTRUCTURE or said == "yes":
        message = Text(
            "重要インフラの施設とされていますが、被害時に報告が必要かどうかが記録されていません。",
            "The place is marked as critical infrastructure, but whether incidents must be reported is not on record.",
        )
        return failed(message, place, *noted(view, "infrastructure"))
    if said is not None:
        message = Text(
            "重要インフラには当たらないと記録されています。",
            "It is on record that the place is not critical infrastructure.",
        )
        return passed(message, place, *noted(view, "infrastructure"))
    return unknown(
        Text(
            "この設置場所で被害時に報告が必要かどうか、まだ記録がありません。",
            "Whether incidents at this place must be reported is not on record yet.",
        ),
        place,
        *noted(view, "infrastructure"),
    )


CONTROL = Control(
    id="G-3.6-12",
    title=Text("設置場所による報告の要否が決まっている", "It is settled whether the place requires reports"),
    requirement=Text(
        "国が指定する重要インフラの事業者など、設置場所によって報告が必要になるかを判断しておくこと。",
        "It is settled whether the kind of place, such as designated critical infrastructure, makes reports necessary.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.DESIGN, When.INCIDENT),
    check_site=check,
    question=Question(
        prompt=Text(
            "この設置場所で被害が起きたとき、法令や業界の決まりで報告が必要かどうかを、設置先と確認しましたか。",
            "Was it confirmed with the customer whether law or sector rules require incidents at this place to be "
            "reported?",
        ),
        hint=Text(
            "このソフトウェアは法律上の助言をしません。判断に迷うときは、所管の官庁や専門家に相談してください。",
            "This software gives no legal advice. In doubt, ask the competent authority or an expert.",
        ),
    ),
    rationale=Text(
        "報告には短い期限があることが多く、被害が起きてから調べ始めると間に合わないことがあります。",
        "Reports often have short deadlines that are missed when the question is first asked after the damage.",
    ),
    remedy=Text(
        "重要インフラに当たるかを設置先の担当者に確認し、結果を設定シートの「重要インフラへの該当」と「インシデント"
        "時の報告義務」に書いてください。",
        "Ask the customer whether the place is critical infrastructure, and write the answer into the basic "
        "information "
        "of the sheet.",
    ),
    references=(guide("3.6"),),
)
