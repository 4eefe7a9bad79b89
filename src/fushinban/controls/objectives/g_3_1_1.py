"""G-3.1-1: only permitted people get in."""

from fushinban.controls._accounts import account_list, beyond_sheet
from fushinban.controls._saying import PERHAPS_VIDEO, could_not_read, etsi, guide, jc_star, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed
from fushinban.model.facts import AccessClass, Accounts, AnonymousAnswer, AnonymousOperations
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: How bad it is when operations of a class answer anybody (ONVIF core specification, default access policy).
BY_CLASS = {
    AccessClass.READ_SYSTEM_SECRET: Severity.CRITICAL,
    AccessClass.READ_MEDIA: Severity.HIGH,
    AccessClass.READ_SYSTEM: Severity.MEDIUM,
}

#: Maker, model and names only: many simple cameras tell them, and little is lost.
ONLY_NAMES = frozenset({"GetDeviceInformation", "GetScopes"})


def check(view: DeviceView) -> Verdict:
    """Fails on settings that anybody can read, and on accounts that the sheet does not have."""
    anonymous, accounts = view.find(AnonymousOperations), view.find(Accounts)
    leaking = anonymous.leaking if anonymous else ()
    if leaking:
        return _open_to_all(view, leaking)
    if accounts is None or anonymous is None:
        return could_not_read(view, *(f for f in (Accounts, AnonymousOperations) if view.find(f) is None))
    found = beyond_sheet(view, accounts)
    if isinstance(found, Verdict):
        return found
    if found:
        message = Text(
            "設定シートで決めた内容と違うアカウントが、機器に登録されています。",
            "The device has accounts that differ from those decided in the sheet.",
        )
        return failed(message, *found)
    return passed(
        Text(
            "機器が示したアカウントは、すべて設定シートで決めたとおりでした。",
            "The accounts that the device lists are those decided in the sheet.",
        ),
        account_list(view, accounts),
    )


def _open_to_all(view: DeviceView, leaking: tuple[AnonymousAnswer, ...]) -> Verdict:
    gravest = min((_gravity(o) for o in leaking), key=list(Severity).index)
    operations = "、".join(o.operation for o in leaking)
    evidence = seen(
        view,
        AnonymousOperations,
        Text("ログインなしで応答した操作：{list}", "Operations answered without login: {list}").fill(
            list=Text(operations, operations.replace("、", ", "))
        ),
    )
    message = Text(
        "ログインしていない人が、機器の情報や設定を読み取れる状態です。",
        "Anybody can read information or settings of the device without logging in.",
    )
    return failed(message, evidence, severity=gravest)


def _gravity(operation: AnonymousAnswer) -> Severity:
    if operation.operation in ONLY_NAMES:
        return Severity.INFO
    return BY_CLASS.get(operation.access_class, Severity.MEDIUM)


CONTROL = Control(
    id="G-3.1-1",
    title=Text("許可された人だけが機器にログインできる", "Only permitted people can log in to the devices"),
    requirement=Text(
        "映像や設定に触れられるのは、あらかじめ決めた人（アカウント）だけであること。",
        "Only people (accounts) decided beforehand have access to pictures and settings.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(1,),
    measures=(1, 2),
    applies_to=PERHAPS_VIDEO,
    may_read=(Accounts, AnonymousOperations),
    check_device=check,
    question=Question(
        prompt=Text(
            "機器のアカウントの一覧を責任者が見て、許可した人のものだけであると承認していますか。",
            "Has the person in charge gone through the accounts of the devices and approved them as those of "
            "permitted people only?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "誰のものか分からないアカウントや、ログインなしで答える機能があると、映像や設定が知らない人に渡ります。",
        "Through unknown accounts and functions that answer without a login, strangers get at pictures and settings.",
    ),
    remedy=Text(
        "不要なアカウントを削除し、設定画面でONVIFの認証（ログイン）を有効にしてください。残すアカウントは設定シート"
        "に記録し、責任者の承認を得てください。",
        "Delete accounts that are not needed and switch ONVIF authentication on. Write the remaining ones into the "
        "sheet "
        "and have them approved.",
    ),
    references=(guide("3.1"), etsi("5.5-4", "5.5-5"), jc_star("01"), "ONVIF Core Specification: access classes"),
)
