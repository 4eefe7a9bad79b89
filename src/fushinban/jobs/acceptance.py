"""Accepting findings and taking acceptances back, with the news of it to whoever listens."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.jobs.webhooks import WebhookEvent, publish
from fushinban.messages import Text, say
from fushinban.model.acceptance import LONGEST, Acceptance, AcceptanceResult, Refused
from fushinban.model.rights import SiteScope
from fushinban.record.store import Store

#: How far ahead a form proposes the end of an acceptance.
USUAL = timedelta(days=90)


def accept(
    store: Store, scope: SiteScope, findings: Sequence[int], *, reason: str, by: str, until: datetime
) -> AcceptanceResult:
    """Accept current failures by number, at most 500. Raises what `Acceptances.accept` raises."""
    with store.together():
        result = store.acceptances.accept(scope, findings, reason=reason, by=by, until=until)
        for accepted in result.accepted:
            publish(store, WebhookEvent.FINDING_ACCEPTED, _news(accepted))
    return result


def withdraw(
    store: Store, scope: SiteScope, versions: Iterable[tuple[int, int]], *, reason: str, by: str
) -> AcceptanceResult:
    """End acceptances, each given as (number, version read): their findings are open failures again.

    What was changed or ended meanwhile stands in `refused`, by the acceptance's number. Each is a piece of work of its
    own, so that one that cannot be ended keeps no other back.
    """
    ended: list[Acceptance] = []
    refused: list[Refused] = []
    for number, version in versions:
        try:
            ended.append(withdraw_one(store, scope, number, version=version, reason=reason, by=by))
        except (Conflict, InputError) as error:
            refused.append(Refused(finding=number, why=error.text))
    return AcceptanceResult(accepted=tuple(ended), refused=tuple(refused))


def withdraw_one(store: Store, scope: SiteScope, number: int, *, version: int, reason: str, by: str) -> Acceptance:
    """End one acceptance. Raises what `Acceptances.withdraw` raises."""
    with store.together():
        ended = store.acceptances.withdraw(scope, number, version=version, by=by, reason=reason)
        publish(store, WebhookEvent.FINDING_WITHDRAWN, _news(ended))
    return ended


def renew(
    store: Store, scope: SiteScope, number: int, *, version: int, reason: str, by: str, until: datetime
) -> Acceptance:
    """Give an acceptance another reason or end; whoever listens hears of the new one. Raises as `Acceptances.renew`."""
    with store.together():
        renewed = store.acceptances.renew(scope, number, version=version, reason=reason, by=by, until=until)
        publish(store, WebhookEvent.FINDING_ACCEPTED, _news(renewed))
    return renewed


def last_moment(given: str) -> datetime:
    """The end of a day in Japan (`2027-03-31`), UTC. Raises InputError for what is no day."""
    try:
        day = date.fromisoformat(given.strip())
        return datetime.combine(day + timedelta(days=1), time(), clock.JST).astimezone(clock.now().tzinfo)
    except (ValueError, OverflowError) as error:
        raise InputError(say("page_findings.wrong-day")) from error


def days(now: datetime) -> tuple[date, date, date]:
    """The first, the proposed and the last day that an acceptance of this moment may end on, in Japan."""
    return (
        clock.in_japan(now).date(),
        clock.in_japan(now + USUAL).date(),
        clock.in_japan(now + LONGEST).date() - timedelta(days=1),
    )


def reasons(refused: Iterable[Refused]) -> Mapping[Text, int]:
    """Why things were refused, and how many for each reason."""
    counted: dict[Text, int] = {}
    for one in refused:
        counted[one.why] = counted.get(one.why, 0) + 1
    return counted


def _news(acceptance: Acceptance) -> dict[str, object]:
    return {
        "acceptance": acceptance.id, "site": acceptance.site, "device": acceptance.device,
        "control": acceptance.control, "severity": acceptance.severity.value, "by": acceptance.by,
        "until": acceptance.until.isoformat(),
    }  # fmt: skip
