"""G-3.3-T3: the maker announces updates on the web."""

from fushinban.controls._saying import SELECTED_KINDS, etsi, guide, note
from fushinban.makers import find_maker
from fushinban.model.control import (
    Control,
    Evidence,
    Question,
    Severity,
    Strength,
    Verdict,
    When,
    Who,
    passed,
    unknown,
)
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Passes where the maker's page for announcements is on register; no register can show that there is none."""
    name = view.device.maker
    if not name:
        return unknown(
            Text(
                "メーカーが分からないため、確認できませんでした。",
                "The maker is not known, so this could not be checked.",
            )
        )
    maker = find_maker(name)
    if maker is None or not maker.security_page:
        text = Text(
            "このソフトウェアにメーカー「{name}」のお知らせページが登録されていないため、確認できませんでした。",
            "This software has no announcement page of the maker “{name}” on register, so this could not be checked.",
        )
        return unknown(text.fill(name=name))
    page = Text("お知らせページ：{url}", "Announcement page: {url}").fill(url=maker.security_page)
    return passed(
        Text(
            "メーカーが更新などのお知らせページを設けていることを、このソフトウェアの登録情報で確認しました。",
            "According to the data of this software, the maker has an announcement page.",
        ),
        Evidence(text=page, source=f"makers {maker.id}"),
        note("ページの現在の内容は確認していません。", "What the page says today was not looked up."),
    )


CONTROL = Control(
    id="G-3.3-T3",
    title=Text("表No.3 更新の案内がWebにある", "Table row 3: updates are announced on the web"),
    requirement=Text(
        "メーカーのWebサイトなどで、ソフトウェアの更新が知らされていること。",
        "The maker announces software updates on its website or the like.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.LOW,
    who=(Who.DESIGNER,),
    when=(When.DESIGN,),
    measures=(4, 5),
    applies_to=SELECTED_KINDS,
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機種について、更新を知らせるメーカーのページを見つけ、控えていますか。",
            "For models that could not be checked: did you find and note the maker's page that announces updates?",
        )
    ),
    rationale=Text(
        "更新が出てもお知らせがなければ、危険な古いバージョンのまま使い続けることになります。",
        "Without announcements, a dangerous version stays in use although a new one exists.",
    ),
    remedy=Text(
        "メーカーのお知らせページを控え、定期点検のたびに見るようにしてください。メール配信があれば、登録してくださ"
        "い。",
        "Note the maker's page and look at it at every inspection. Subscribe to its mail service where there is one.",
    ),
    references=(guide("3.3 表3.3.1 No.3"), etsi("5.3-11")),
)
