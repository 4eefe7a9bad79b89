"""G-3.5-0a: every device that is there is on the device list."""

from fushinban.controls._saying import guide, joined
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
from fushinban.model.device import Device
from fushinban.model.discovery import DiscoverySummary, Group, Method
from fushinban.model.text import Text
from fushinban.model.view import SiteView


def check(view: SiteView) -> Verdict:
    """Fails for devices that were seen and not listed, or listed and not seen."""
    summary = view.discovery
    if summary is None:
        return unknown(
            Text(
                "機器の探索をしていないため、機器一覧と照合できませんでした。",
                "Devices were not searched for, so the device list could not be compared.",
            )
        )
    known = [d for d in summary.devices if not d.ignored and summary.groups.get(d.id) is not Group.IGNORED]
    listed = [d for d in known if d.listed]
    if not listed:
        return unknown(
            Text(
                "照合のもとになる機器一覧がないため、すべての機器を把握できているか確認できませんでした。",
                "There is no device list to compare with, so it could not be checked whether every device is known.",
            ),
            _how(summary),
        )
    strangers = [d for d in known if not d.listed and not d.parent and summary.groups.get(d.id) is not Group.GONE]
    missing = [d for d in listed if summary.groups.get(d.id) is Group.GONE]
    if strangers or missing:
        return _differs(summary, strangers, missing)
    return _agrees(summary, len(listed))


def _differs(summary: DiscoverySummary, strangers: list[Device], missing: list[Device]) -> Verdict:
    message = Text(
        f"機器一覧と実際の機器が一致しません（一覧にない機器{len(strangers)}台、見つからない機器{len(missing)}台）。",
        "The device list and what is really there differ "
        f"({len(strangers)} devices not on the list, {len(missing)} devices not found).",
    )
    lines = [_line(d, "一覧にない機器", "Not on the list") for d in strangers]
    lines += [_line(d, "一覧にあるが見つからない機器", "On the list and not found") for d in missing]
    severity = Severity.MEDIUM if strangers else Severity.LOW
    return failed(message, *lines, _how(summary), severity=severity)


def _agrees(summary: DiscoverySummary, count: int) -> Verdict:
    if not set(summary.methods) - {Method.LISTED} or summary.problems:
        return unknown(
            Text(
                "機器一覧にある機器は見つかりましたが、一覧にない機器がないかどうかは十分に探索できませんでした。",
                "The devices on the list were found, but the search for devices not on the list was not complete.",
            ),
            _how(summary),
        )
    return passed(
        Text(
            f"点検の承諾を得た範囲で見つかった機器は、すべて機器一覧にあります（{count}台）。",
            f"All devices found on the networks of the authorisation are on the device list ({count}).",
        ),
        _how(summary),
    )


def _how(summary: DiscoverySummary) -> Evidence:
    how = joined(m.label for m in summary.methods)
    ja = " / ".join((f"探索の方法：{how.ja}", *(p.ja for p in summary.problems)))
    en = " / ".join((f"Searched by: {how.en}", *(p.en for p in summary.problems)))
    return Evidence(text=Text(ja, en), source="discovery")


def _line(device: Device, ja: str, en: str) -> Evidence:
    what = " ".join(filter(None, (device.title, f"({device.address})", device.mac)))
    return Evidence(text=Text(f"{ja}：{what}", f"{en}: {what}"), source="discovery")


CONTROL = Control(
    id="G-3.5-0a",
    title=Text("設置しているすべての機器が機器一覧にある", "Every installed device is on the device list"),
    requirement=Text(
        "設置したカメラや機器を1台も漏らさず把握し、確認の対象にすること。",
        "Every installed camera and device is known, and none is left out of the checks.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(1, 2, 3, 4),
    measures=(1, 2, 3, 4, 5),
    checkpoints=(1, 2, 3, 4, 5),
    check_site=check,
    question=Question(
        prompt=Text(
            "現場を回り、設置されている機器と機器一覧を1台ずつ照らし合わせましたか。",
            "Did you go round the site and compare every installed device with the device list?",
        ),
        hint=Text(
            "照合した機器一覧に日付と担当者名を書き、写しを残してください。",
            "Write the date and your name on the compared list and keep a copy.",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "一覧にない機器は、更新も設定の確認もされないまま残り、侵入の入口になります。誰かが無断で取り付けた機器の場"
        "合もあります。",
        "A device on no list is never updated or checked, and lets attackers in. Somebody may even have installed "
        "it without permission.",
    ),
    remedy=Text(
        "一覧にない機器は、設置場所と持ち主を調べ、必要なものは一覧に加え、不要なものは取り外してください。見つから"
        "ない機器は、電源・配線・IPアドレスを調べ、撤去済みなら一覧から除いてください。",
        "For a device not on the list, find out where it is and whose it is, then add it to the list or remove the "
        "device. For a missing one, check power, cable and address, or take it off the list if it was removed.",
    ),
    references=(guide("3.5"), "IEC 62443-4-2 CR 1.2"),
)
