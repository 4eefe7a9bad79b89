"""The check engine: what is not read is 検証不可, answers decide only what facts leave open, slips cost one finding."""

from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest

from fushinban.check import coverage_of, judge
from fushinban.controls import controls
from fushinban.model.control import (
    Control,
    DecidedBy,
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
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import Accounts, Dns, Fact, Gateway, Hostname, Interface, Interfaces
from fushinban.model.finding import CoverageState, Finding, PersonAnswer
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.site import Authorisation, InspectionKind, Site, SiteKind
from fushinban.model.text import Text
from fushinban.model.view import DeviceView, SiteView

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
WORDS = Text("試験用です。", "For the test.")
GOOD, BAD, OPEN = Text("良い。", "Good."), Text("悪い。", "Bad."), Text("不明。", "Open.")
SITE = Site(id="s1", name="試験店舗", customer="試験商店", kind=SiteKind.SHOP)


def control(**changes: Any) -> Control:
    values: dict[str, Any] = {
        "id": "G-9.9-1", "title": WORDS, "requirement": WORDS, "strength": Strength.REQUIRED,
        "severity": Severity.MEDIUM, "who": (Who.INSTALLER,), "when": (When.PERIODIC,), "rationale": WORDS,
        "remedy": WORDS,
    }  # fmt: skip
    return Control(**{**values, **changes})


def reading(fact: Fact) -> Reading[Any]:
    return Reading(fact=type(fact), answer=Answer.OK, value=fact, source=Source(driver="onvif", request="GetX", at=NOW))


def refusal(fact: type[Fact], answer: Answer) -> Reading[Any]:
    return Reading(fact=fact, answer=answer, source=Source(driver="onvif", request="GetX", at=NOW), detail=BAD)


def device(name: str, *readings: Reading[Any], kind: DeviceKind = DeviceKind.CAMERA, **more: Any) -> DeviceView:
    return DeviceView(
        device=Device(id=name, site="s1", target=Target(address=more.pop("address", "127.0.0.1")), kind=kind, **more),
        site=SITE,
        kind=InspectionKind.PERIODIC,
        now=NOW,
        readings={r.fact: r for r in readings},
    )


def site(*devices: DeviceView, answers: Mapping[str, PersonAnswer] | None = None) -> SiteView:
    allowed = Authorisation(by="試験 太郎", start=NOW, end=NOW, networks=(ip_network("127.0.0.0/8"),))
    return SiteView(
        site=SITE, authorisation=allowed, kind=InspectionKind.PERIODIC, now=NOW, devices=devices, answers=answers or {}
    )


def found(view: SiteView, *several: Control) -> tuple[Finding, ...]:
    return judge(view, {c.id: c for c in several})


def one(view: SiteView, subject: Control) -> Finding:
    (finding,) = found(view, subject)
    return finding


def answered(value: str) -> dict[str, PersonAnswer]:
    return {"G-9.9-1": PersonAnswer(control="G-9.9-1", value=value)}


@pytest.mark.parametrize("answer", [a for a in Answer if a is not Answer.OK])
def test_a_declared_read_without_an_answer_is_unknown_and_says_why(answer: Answer) -> None:
    subject = control(reads=(Hostname,), check_device=lambda view: passed(GOOD))
    finding = one(site(device("d1", refusal(Hostname, answer))), subject)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.decided_by is DecidedBy.AUTO
    assert Hostname.title.ja in finding.message.ja
    assert answer.label.ja in finding.message.ja
    assert answer.label.en in finding.message.en
    assert [e.text for e in finding.evidence] == [BAD]


def test_every_missing_fact_is_named_and_no_other() -> None:
    subject = control(reads=(Hostname, Dns, Accounts), check_device=lambda view: passed(GOOD))
    finding = one(site(device("d1", reading(Dns()))), subject)
    assert Hostname.title.ja in finding.message.ja
    assert Accounts.title.ja in finding.message.ja
    assert "DNS" not in finding.message.ja


def test_a_verdict_carries_its_own_severity_or_that_of_the_control() -> None:
    mild = control(check_device=lambda view: failed(BAD, severity=Severity.LOW))
    plain = control(check_device=lambda view: failed(BAD))
    assert one(site(device("d1")), mild).severity is Severity.LOW
    finding = one(site(device("d1")), plain)
    assert (finding.severity, finding.device, finding.site, finding.at) == (Severity.MEDIUM, "d1", "s1", NOW)


def test_a_check_reaches_only_what_it_declares() -> None:
    def sneaky(view: DeviceView) -> Verdict:
        view.find(Dns)
        return passed(GOOD)

    view = site(device("d1", reading(Dns())))
    finding = one(view, control(may_read=(Hostname,), check_device=sneaky))
    assert finding.outcome is Outcome.ERROR
    assert "Dns is not declared" in finding.evidence[0].text.en
    assert one(view, control(may_read=(Dns,), check_device=sneaky)).outcome is Outcome.PASS


def test_a_site_check_too_reaches_only_what_it_declares() -> None:
    def sneaky(view: SiteView) -> Verdict:
        return passed(GOOD) if view.devices[0].find(Dns) else failed(BAD)

    view = site(device("d1", reading(Dns())))
    assert one(view, control(check_site=sneaky)).outcome is Outcome.ERROR
    assert one(view, control(check_site=sneaky, may_read=(Dns,))).outcome is Outcome.PASS


@pytest.mark.parametrize("slip", [KeyError, ValueError, TypeError, AttributeError, IndexError, ZeroDivisionError])
def test_a_slip_of_a_check_costs_one_finding(slip: type[Exception]) -> None:
    def breaks(view: DeviceView) -> Verdict:
        raise slip("details for the developers")

    broken = control(check_device=breaks)
    sound = control(id="G-9.9-2", check_device=lambda view: passed(GOOD))
    first, second = found(site(device("d1")), broken, sound)
    assert first.outcome is Outcome.ERROR
    assert slip.__name__ in first.evidence[0].text.ja
    assert "details for the developers" in first.evidence[0].text.en
    assert second.outcome is Outcome.PASS


def test_an_answer_does_not_hide_a_slip() -> None:
    def breaks(view: DeviceView) -> Verdict:
        raise ValueError("broken")

    subject = control(check_device=breaks, question=Question(prompt=WORDS))
    assert one(site(device("d1"), answers=answered("yes")), subject).outcome is Outcome.ERROR


def test_what_is_no_slip_is_raised() -> None:
    def ends(view: DeviceView) -> Verdict:
        raise MemoryError

    with pytest.raises(MemoryError):
        found(site(device("d1")), control(check_device=ends))


def test_an_answer_decides_only_the_devices_that_were_left_open() -> None:
    def by_name(view: DeviceView) -> Verdict:
        return {"good": passed(GOOD), "bad": failed(BAD)}.get(view.device.id, unknown(OPEN))

    subject = control(check_device=by_name, question=Question(prompt=WORDS))
    view = site(device("good"), device("bad"), device("open"), answers=answered("yes"))
    outcomes = {f.device: (f.outcome, f.decided_by) for f in found(view, subject)}
    assert outcomes == {
        "good": (Outcome.PASS, DecidedBy.AUTO),
        "bad": (Outcome.FAIL, DecidedBy.AUTO),
        "open": (Outcome.PASS, DecidedBy.ANSWER),
    }


def test_an_answered_finding_still_says_why_it_was_open() -> None:
    subject = control(check_device=lambda view: unknown(OPEN), question=Question(prompt=WORDS))
    finding = one(site(device("d1"), answers=answered("no")), subject)
    assert finding.outcome is Outcome.FAIL
    assert any(OPEN.ja in e.text.ja for e in finding.evidence)


def test_an_answer_to_a_control_without_a_question_changes_nothing() -> None:
    subject = control(check_device=lambda view: unknown(OPEN))
    assert one(site(device("d1"), answers=answered("yes")), subject).outcome is Outcome.UNKNOWN


def test_a_question_alone_makes_one_finding_for_the_site() -> None:
    subject = control(question=Question(prompt=WORDS))
    finding = one(site(device("d1"), device("d2")), subject)
    assert (finding.device, finding.outcome, finding.decided_by) == ("", Outcome.UNKNOWN, DecidedBy.NONE)
    told = one(site(device("d1"), answers=answered("yes")), subject)
    assert (told.device, told.outcome, told.decided_by) == ("", Outcome.PASS, DecidedBy.ANSWER)


def test_what_nobody_can_verify_says_so_in_its_own_words() -> None:
    finding = one(site(device("d1")), control(not_verifiable=BAD))
    assert (finding.outcome, finding.message, finding.decided_by) == (Outcome.UNKNOWN, BAD, DecidedBy.NONE)


def test_devices_of_other_kinds_and_ignored_ones_are_left_out() -> None:
    subject = control(applies_to=frozenset({DeviceKind.CAMERA}), check_device=lambda view: passed(GOOD))
    view = site(device("cam"), device("gw", kind=DeviceKind.ROUTER), device("old", ignored=True))
    assert [f.device for f in found(view, subject)] == ["cam"]


def test_no_device_of_the_kind_is_not_applicable_only_where_all_kinds_are_known() -> None:
    subject = control(applies_to=frozenset({DeviceKind.CAMERA}), check_device=lambda view: passed(GOOD))
    assert one(site(device("gw", kind=DeviceKind.ROUTER)), subject).outcome is Outcome.NOT_APPLICABLE
    unclear = one(site(device("gw", kind=DeviceKind.ROUTER), device("x", kind=DeviceKind.OTHER)), subject)
    assert unclear.outcome is Outcome.UNKNOWN
    assert one(site(), subject).outcome is Outcome.UNKNOWN
    assert one(site(device("x", ignored=True)), subject).outcome is Outcome.UNKNOWN


def test_rollups_are_judged_last_and_see_all_other_findings() -> None:
    def roll(view: SiteView) -> Verdict:
        return passed(Text(f"{len(view.findings)}件", f"{len(view.findings)} seen"))

    first = control(id="G-9.9-0", check_site=roll, rollup=True)
    plain = control(check_device=lambda view: passed(GOOD))
    findings = found(site(device("d1"), device("d2")), first, plain)
    assert [f.control for f in findings] == ["G-9.9-1", "G-9.9-1", "G-9.9-0"]
    assert findings[-1].message.en == "2 seen"


def test_an_ordinary_site_check_sees_no_findings() -> None:
    subject = control(check_site=lambda view: failed(BAD) if view.findings else passed(GOOD))
    assert one(site(device("d1")), subject).outcome is Outcome.PASS


def test_a_check_knows_the_routers_of_the_site_by_all_their_addresses() -> None:
    interfaces = Interfaces(interfaces=(Interface(token="lan", ipv4=("192.168.0.1/24",), ipv6=("fd00::1/64",)),))
    router = device("gw", reading(interfaces), kind=DeviceKind.ROUTER, address="127.0.0.254")
    seen: list[frozenset[str]] = []

    def look(view: DeviceView) -> Verdict:
        seen.append(view.routers)
        return passed(GOOD)

    subject = control(applies_to=frozenset({DeviceKind.CAMERA}), reads=(Gateway,), check_device=look)
    found(site(router, device("cam", reading(Gateway(ipv4=("127.0.0.254",))))), subject)
    assert seen == [frozenset({"127.0.0.254", "192.168.0.1", "fd00::1"})]


def test_judging_twice_gives_the_same() -> None:
    view = site(device("d1", reading(Hostname(name="cam"))), device("gw", kind=DeviceKind.ROUTER))
    assert judge(view, controls()) == judge(view, controls())


def test_coverage_of_every_kind_of_ending() -> None:
    catalogue = {
        c.id: c
        for c in (
            control(id="seen", check_device=lambda view: passed(GOOD) if view.device.id == "d1" else unknown(OPEN)),
            control(id="failed", check_device=lambda view: failed(BAD)),
            control(id="asked", question=Question(prompt=WORDS)),
            control(id="silent", question=Question(prompt=WORDS)),
            control(id="never", not_verifiable=BAD),
            control(id="elsewhere", applies_to=frozenset({DeviceKind.SWITCH}), check_device=lambda view: passed(GOOD)),
            control(id="broken", check_device=lambda view: passed(view.find(Dns))),  # type: ignore[arg-type]  # meant
        )
    }
    answers = {"asked": PersonAnswer(control="asked", value="yes")}
    findings = judge(site(device("d1"), device("d2"), answers=answers), catalogue)
    coverage = coverage_of(findings, catalogue)
    assert coverage.states == {
        "seen": CoverageState.VERIFIED,
        "failed": CoverageState.VERIFIED,
        "asked": CoverageState.ANSWERED,
        "silent": CoverageState.COULD_NOT,
        "never": CoverageState.COULD_NOT,
        "elsewhere": CoverageState.NOT_APPLICABLE,
        "broken": CoverageState.COULD_NOT,
    }
    assert coverage.gaps == {"seen": 1, "silent": 1, "never": 1, "broken": 2}


def test_coverage_names_controls_that_were_not_judged_at_all() -> None:
    coverage = coverage_of((), {"G-9.9-1": control()})
    assert coverage.states == {"G-9.9-1": CoverageState.COULD_NOT}
    assert coverage.gaps == {}


def test_no_control_passes_by_itself_where_nothing_was_read() -> None:
    silent = [device(f"d{n}", kind=kind) for n, kind in enumerate(DeviceKind)]
    findings = judge(site(*silent), controls())
    assert {f.control for f in findings} == set(controls())
    about_devices = [f for f in findings if f.device and f.outcome in {Outcome.PASS, Outcome.FAIL}]
    assert about_devices == []
    assert not [f for f in findings if f.outcome is Outcome.ERROR]
