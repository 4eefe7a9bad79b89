"""A console with at least one row of every sealed kind. All values are invented."""

from datetime import timedelta
from pathlib import Path

from fushinban import clock
from fushinban.model.control import Outcome
from fushinban.model.finding import PersonAnswer
from fushinban.model.outside import BehindPort
from fushinban.model.rights import EVERYTHING, Permission
from fushinban.model.router import Origin, RouterState
from fushinban.model.schedule import Rhythm, Schedule
from fushinban.model.sheet import Stage
from fushinban.record.people.links import Links
from fushinban.record.people.tokens import Tokens
from fushinban.record.site_evidence import SiteEvidence
from fushinban.record.store import Store
from fushinban.transport.values import Asked, Kind
from record.outside_samples import outside_look
from record.samples import AUTHORISATION, SITE, START, device, inspection, record, sheet

PASS_PHRASE = "invented-Words-42-for-tests"


def _asked(minutes: int) -> Asked:
    return Asked(
        at=START + timedelta(minutes=minutes), target="192.0.2.2", kind=Kind.HTTP, operation="GET /", username="",
        outcome="200",
    )  # fmt: skip


def fill(store: Store) -> None:
    """At least one row of every sealed kind, in a life as it is: two inspections, one of them not finished."""
    for minutes in (0, 60):
        inspection_id = store.inspections.begin(
            SITE, inspection("x").kind, AUTHORISATION, START + timedelta(minutes=minutes)
        )
        store.devices.save([device(1), device(2), device(3)])
        store.sheets.save(SITE.id, sheet("cam-001", value=str(minutes)))
        store.sheets.save(SITE.id, sheet("cam-001", Stage.PLANNED, "1"))
        store.transcript.append(inspection_id, [_asked(minutes), _asked(minutes + 1)])
        store.inspections.keep_devices(inspection_id, [record(3), record(2)])
        if not minutes:
            store.inspections.finish(inspection(inspection_id))
    store.transcript.append("", [_asked(5)])
    store.answers.save(SITE.id, PersonAnswer(control="c-1", value="yes", by="見本"))
    store.documents.save(SITE.id, inspection_id, "report", Path("/a.pdf"), "ab" * 32, START)
    behind = (BehindPort(port=80, device="入口（架空）", address="192.0.2.20", inside_port=80),)
    store.outside.keep(SITE.id, "ed25519:invented", outside_look("198.51.100.7", START), behind)
    store.routers.keep(SITE.id, RouterState(kind="yamaha", origin=Origin.FILE, line_count=1), "router.txt", "見本")
    _people(store)
    _console(store)


def _people(store: Store) -> None:
    from allauth.account.models import EmailAddress
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.socialaccount.models import SocialAccount, SocialApp

    from fushinban.record.people.models import Person

    setup = Links.of(store).first_setup()
    assert setup is not None
    entry = Links.of(store).use_setup(setup.secret, "anna@example.jp", "安奈", PASS_PHRASE)
    person = Person.objects.get(pk=entry.number)
    Tokens.of(store).make(entry.number, "t", [Permission.SITE_VIEW], clock.now() + timedelta(days=1))
    TOTP.activate(person, generate_totp_secret())
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    SocialAccount.objects.create(user=person, provider="p", uid="1")
    SocialApp.objects.create(provider="p", name="n", client_id="c")


def _console(store: Store) -> None:
    from fushinban.web.models import OrganisationRow

    OrganisationRow.objects.create(pk=1, name="見本")
    failing = store.findings.find(outcome=Outcome.FAIL)
    numbers = [f.id for f in store.findings.search(EVERYTHING).items]
    assert failing
    store.acceptances.accept(EVERYTHING, numbers, reason="理由です", by="安奈", until=clock.now() + timedelta(days=9))
    store.schedules.save(Schedule(site=SITE.id, rhythm=Rhythm.MONTHLY), 0, lambda *_: clock.now())
    store.setups.save(SITE.id, "{}", 0)
    store.webhooks.add("https://example.jp/", ["a"], "", "安奈", clock.now())
    saved = store.job_settings.get()
    store.job_settings.save(saved.settings, saved.version)
    SiteEvidence(store._link).note(SITE.id, "ab" * 32, "a.png", "安奈")
