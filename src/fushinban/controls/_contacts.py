"""Judging the contact list of a site: whose numbers are written down, and when they were last tried."""

from collections.abc import Iterable
from datetime import date

from fushinban.clock import JST
from fushinban.controls._thresholds import YEARLY
from fushinban.model.control import Evidence, Verdict, failed, passed, unknown
from fushinban.model.details import DETAILS, find_date
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def recorded(view: SiteView, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of the keys under which something is written."""
    return tuple(k for k in keys if view.site.details.get(k, "").strip())


def noted(view: SiteView, *keys: str) -> tuple[Evidence, ...]:
    """What the site file says under these keys, as evidence."""
    rows = [(DETAILS[k], view.site.details.get(k, "").strip()) for k in keys]
    return tuple(
        Evidence(text=Text(f"{label.ja}：{value}", f"{label.en}: {value}"), source="site.details")
        for label, value in rows
        if value
    )


def written(keys: Iterable[str]) -> Evidence:
    """Which of these fields are filled in; the contacts themselves stay out of the finding."""
    labels = [DETAILS[k] for k in keys]
    return Evidence(
        text=Text("記入あり：" + "、".join(t.ja for t in labels), "Filled in: " + ", ".join(t.en for t in labels)),
        source="site.details",
    )


def by_last_test(view: SiteView, keys: tuple[str, ...]) -> Verdict:
    """Pass while the contacts were tried within a year; 検証不可 without contacts or without a date."""
    known = recorded(view, keys)
    if not known:
        return unknown(
            Text(
                "緊急時の連絡先が記録されていないため、連絡が取れるかを確認できませんでした。",
                "No emergency contact is on record, so it could not be checked whether anyone can be reached.",
            )
        )
    tested = find_date(view.site.details, "contacts_checked_on")
    if tested is None:
        return unknown(
            Text(
                "連絡先は記録されていますが、実際に連絡が取れることを確認した日が記録されていません。",
                "Contacts are on record, but not the day on which they were last tried.",
            ),
            written(known),
        )
    return _by_age(view, tested, known)


def _by_age(view: SiteView, tested: date, known: tuple[str, ...]) -> Verdict:
    days = (view.now.astimezone(JST).date() - tested).days
    proof = (written(known), *noted(view, "contacts_checked_on"))
    if days < 0:
        return unknown(
            Text(
                f"連絡先を確認した日（{tested}）が未来の日付です。記入内容を確認してください。",
                f"The day on which the contacts were last tried ({tested}) lies in the future. Please check it.",
            ),
            *proof,
        )
    if days > YEARLY:
        return failed(
            Text(
                f"連絡先が使えることを最後に確認してから{days}日たっています。もう一度確認してください。",
                f"The contacts were last tried {days} days ago. Please try them again.",
            ),
            *proof,
        )
    return passed(
        Text(
            f"緊急時の連絡先が記録され、{tested}に連絡が取れることを確認しています。",
            f"Emergency contacts are on record and were tried on {tested}.",
        ),
        *proof,
    )
