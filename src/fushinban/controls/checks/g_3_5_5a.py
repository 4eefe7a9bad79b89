"""G-3.5-5a: signs of a breach are looked for regularly."""

from fushinban.clock import shown_date
from fushinban.controls._periods import yearly
from fushinban.controls._saying import guide
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import (
    AnswerKind,
    Control,
    Evidence,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    failed,
    not_applicable,
    passed,
    unknown,
)
from fushinban.model.site import InspectionKind
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(view: SiteView) -> Verdict:
    """Judges the time since the inspection before this one; at installation nothing can be due yet."""
    if view.kind is InspectionKind.INSTALLATION:
        return not_applicable(
            Text(
                "設置時の点検のため、定期的な確認はこれからです。次の点検の予定を決めてください。",
                "This is the inspection at installation; regular checks begin from here. Please set the date of the "
                "next one.",
            )
        )
    if view.previous_inspection is None:
        return unknown(
            Text(
                "以前の点検の記録がないため、定期的に確認しているか分かりませんでした。",
                "There is no record of an earlier inspection, so it could not be confirmed that checks are regular.",
            )
        )
    days = max(0, (view.now - view.previous_inspection).days)
    day = shown_date(view.previous_inspection)
    line = Evidence(
        text=Text(f"前回の点検：{day}（{days}日前）", f"Last inspection: {day} ({days} days ago)"), source="record"
    )
    if days > YEARLY:
        message = Text(
            f"前回の点検から{days}日たっています。不正に侵入されても、長いあいだ気付けないおそれがあります。",
            f"The last inspection was {days} days ago. A breach might go unnoticed for a long time.",
        )
        return failed(message, line)
    return passed(Text("前回の点検から1年以内です。", "The last inspection was within the last year."), line)


CONTROL = Control(
    id="G-3.5-5a",
    title=Text("侵害（不正な侵入）の有無を定期的に確認している", "Signs of a breach are looked for regularly"),
    requirement=Text(
        "運用中は定期的に、また被害が疑われるときに、侵入された跡がないかを調べること。",
        "Traces of an intrusion are looked for regularly in operation, and whenever damage is suspected.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(1, 2, 3, 4),
    measures=(),
    checkpoints=(5,),
    check_site=check,
    question=Question(
        prompt=Text(
            "このソフトウェアの点検とは別に、侵害（不正な侵入）の有無を最後に確かめた日はいつですか。",
            "Apart from inspections by this software, on which day were signs of a breach last looked for?",
        ),
        kind=AnswerKind.DATE,
        hint=yearly("点検報告書や確認の記録を残してください。", "Keep the report or another record."),
        max_age_days=YEARLY,
        evidence_wanted=True,
    ),
    rationale=Text(
        "侵入されても映像は普段どおり映るため、調べなければまず気付けません。早く見つけるほど被害は小さく済みます。",
        "A camera shows its picture even after a breach, so only a check reveals it. The earlier it is found, the "
        "smaller the damage.",
    ),
    remedy=Text(
        "定期点検の時期を決めて予定表に入れ、少なくとも年に1回は点検してください。",
        "Set dates for periodic inspections, at least one a year, and put them into the calendar.",
    ),
    references=(guide("3.5 (5)"),),
)
