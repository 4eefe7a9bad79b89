"""G-3.5-2f: the names of the devices are as they were."""

from fushinban.controls._saying import guide
from fushinban.controls.checks._changes import basis, compare, left_out, listed, not_compared, nothing_to_compare
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.facts import Hostname, Scopes
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: What people see as the name of a device.
NAMES = frozenset({"hostname.name", "scopes.name", "scopes.location"})


def check(view: DeviceView) -> Verdict:
    """Fails where host name, announced name or announced place differ from the installed sheet."""
    comparison = compare(view, Stage.INSTALLED, (Hostname, Scopes), NAMES.__contains__)
    if comparison is None or not (comparison.compared or comparison.unread):
        return nothing_to_compare(view, Stage.INSTALLED)
    if comparison.changes:
        message = Text(
            "機器の名前が、設置時のものから書き換わっています。攻撃者が名前を書き換えることがあります。",
            "The device's name has changed since installation. Attackers are known to rewrite names.",
        )
        return failed(message, basis(comparison), *listed(comparison), *left_out(view, comparison))
    if comparison.unread:
        return not_compared(view, comparison)
    message = Text(
        "機器の名前は、設置時から変わっていませんでした。", "The device's name is as it was at installation."
    )
    return passed(message, basis(comparison))


CONTROL = Control(
    id="G-3.5-2f",
    title=Text("機器の名前が変わっていない", "The names of the devices are unchanged"),
    requirement=Text(
        "ホスト名や機器の表示名が、設置時のものから書き換えられていないかを確かめること。",
        "It is checked that host names and display names have not been rewritten since installation.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC, When.INCIDENT),
    impacts=(2,),
    measures=(2,),
    checkpoints=(2,),
    may_read=(Hostname, Scopes),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、機器名や画面の表示が設置時と同じであることを確かめましたか。",
            "For devices that could not be checked: are the name and the text on the picture as installed?",
        ),
        hint=Text(
            "映像に重ねて表示される文字も見てください。", "Look at the text that is laid over the picture as well."
        ),
    ),
    rationale=Text(
        "機器の名前の書き換えは、過去の攻撃で実際に見られた、侵入のはっきりした跡です。",
        "A rewritten device name was seen in real attacks and is a clear trace of an intrusion.",
    ),
    remedy=Text(
        "名前を変えた作業の記録があるか調べてください。なければ侵入を疑い、ログを保存したうえで、アカウントとネット"
        "ワークの設定も調べてください。",
        "See whether a work record explains the new name. If not, suspect an intrusion: save the logs, then look at "
        "accounts and network settings.",
    ),
    references=(guide("3.5 (2)"),),
)
