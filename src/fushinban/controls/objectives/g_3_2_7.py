"""G-3.2-7: no back door was left behind."""

from fushinban.controls._accounts import beyond_sheet
from fushinban.controls._ports import port_text
from fushinban.controls._saying import could_not_read, etsi, guide, seen
from fushinban.controls._sheets import left_as, no_sheet, not_comparable, sheet_evidence
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
)
from fushinban.model.facts import Accounts, OpenPorts, PortState
from fushinban.model.sheet import ParameterSheet
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails on ports and accounts that were not there when the device was left."""
    sheet = left_as(view)
    if sheet is None:
        return no_sheet()
    doors = _new_doors(view, sheet)
    if doors is None:
        return not_comparable()
    accounts = view.find(Accounts)
    people = beyond_sheet(view, accounts) if accounts else could_not_read(view, Accounts)
    strangers = () if isinstance(people, Verdict) else people
    if doors or strangers:
        message = Text(
            "設置時にはなかった入口（ポートまたはアカウント）が増えています。攻撃者の裏口（バックドア）のおそれがあ"
            "ります。",
            "There are entry points (ports or accounts) that were not there at installation. They may be an "
            "attacker's back door.",
        )
        return failed(message, *doors, *strangers, *(() if strangers else (sheet_evidence(sheet),)))
    if isinstance(people, Verdict):
        return people
    return passed(
        Text(
            "設置時から増えたポートやアカウントは見つかりませんでした。",
            "No port or account was found that was added since installation.",
        ),
        sheet_evidence(sheet),
    )


def _new_doors(view: DeviceView, sheet: ParameterSheet) -> tuple[Evidence, ...] | None:
    before = {p.key: p.value for p in sheet.parameters if p.key.startswith("ports[") and p.key.endswith("].state")}
    if not before:
        return None
    opened = [p for p in view[OpenPorts].open if before.get(f"ports[{p.service}].state") == PortState.CLOSED.value]
    text = Text("新しく開いたポート：{port}", "Newly open port: {port}")
    return tuple(seen(view, OpenPorts, text.fill(port=port_text(p))) for p in opened)


CONTROL = Control(
    id="G-3.2-7",
    title=Text("裏口（バックドア）が作られていない", "No back door was made"),
    requirement=Text(
        "攻撃者があとから入り直すためのアカウント、サービス、ポートの中継などが作られていないこと。",
        "No account, service or port forwarding has been made through which an attacker could come back.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(4,),
    checkpoints=(2, 5),
    reads=(OpenPorts,),
    may_read=(Accounts,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で比べられなかった機器とルータについて、見覚えのないアカウント・サービス・ポート転送・自動実行の設"
            "定がないことを確かめましたか。",
            "For devices that could not be compared and for the router: are there no unknown accounts, services, "
            "forwarded ports or scheduled jobs?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "裏口が残っていると、パスワードを変えても再び侵入されます。",
        "As long as a back door is left, changing passwords does not keep the attacker out.",
    ),
    remedy=Text(
        "増えた入口に心当たりがなければ、証拠となるログを保存してから、メーカーの手順で初期化と更新を行い、"
        "パスワードを設定し直してください。",
        "If nobody knows the new entry point, save the logs as evidence, then reset and update the device as its "
        "maker describes, and set new passwords.",
    ),
    references=(guide("3.2 (4)"), etsi("5.4-3", "5.6-1")),
)
