"""G-3.3-1: accounts are personal, needed, and have no more rights than they need."""

from fushinban.controls._accounts import account_list
from fushinban.controls._saying import PERHAPS_VIDEO, etsi, guide, seen
from fushinban.controls._thresholds import MANY_ADMINISTRATORS
from fushinban.model.control import Control, Evidence, Question, Severity, Strength, Verdict, When, Who, failed, unknown
from fushinban.model.facts import Account, Accounts, Level
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Names of nobody: left over from trying out, for "anybody", or among the names that bots try first (Mirai's list).
NOBODYS = frozenset(
    {"guest", "test", "demo", "default", "support", "tech", "supervisor", "admin1", "ubnt", "666666", "888888"}
)


def check(view: DeviceView) -> Verdict:
    """Fails on accounts that belong to nobody and where all are administrators; a list cannot prove who uses it."""
    accounts = view[Accounts].accounts
    anonymous = [a for a in accounts if a.level is Level.ANONYMOUS]
    nobodys = [a for a in accounts if a.name.casefold() in NOBODYS]
    if anonymous:
        message = Text(
            "誰でも使える匿名のアカウントが有効です。", "An anonymous account that anybody can use is enabled."
        )
        return failed(message, _evidence(view, anonymous), severity=Severity.HIGH)
    if nobodys:
        message = Text(
            "使う人が決まっていないとみられるアカウントが残っています。",
            "There are accounts that seem to belong to nobody.",
        )
        return failed(message, _evidence(view, nobodys))
    if len(accounts) >= MANY_ADMINISTRATORS and all(a.level is Level.ADMINISTRATOR for a in accounts):
        message = Text(
            "{count}個のアカウントがすべて管理者権限になっています。", "All {count} accounts have administrator rights."
        )
        return failed(message.fill(count=len(accounts)), account_list(view, view[Accounts]))
    message = Text(
        "アカウントの一覧は読み取れましたが、誰が使っているか、不要なものがないかは、機器からは分かりません。",
        "The accounts could be read, but who uses them, and whether all are needed, cannot be told from the device.",
    )
    return unknown(message, account_list(view, view[Accounts]))


def _evidence(view: DeviceView, accounts: list[Account]) -> Evidence:
    ja = "、".join(f"{a.name}（{a.level.label.ja}）" for a in accounts)
    en = ", ".join(f"{a.name} ({a.level.label.en})" for a in accounts)
    text = Text("該当するアカウント：{list}", "Accounts concerned: {list}").fill(list=Text(ja, en))
    return seen(view, Accounts, text)


CONTROL = Control(
    id="G-3.3-1",
    title=Text(
        "【対策①】ID（アカウント）が個人別で、不要なものがない",
        "Measure 1: IDs (accounts) are personal and all are needed",
    ),
    requirement=Text(
        "使う人ごとに必要な権限だけのID（アカウント）を用意し、使わないものや共用のものを残さないこと。",
        "Each user has an ID (account) with no more rights than needed; no unused or shared ID is left.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.MEDIUM,
    who=(Who.INSTALLER, Who.OPERATOR),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(1, 2),
    measures=(1,),
    checkpoints=(1, 2),
    applies_to=PERHAPS_VIDEO,
    reads=(Accounts,),
    check_device=check,
    question=Question(
        prompt=Text(
            "すべてのアカウントについて使う人と用途が決まっており、不要なものや退職者のものがないことを確かめました"
            "か。",
            "Does every account have a known user and purpose, and is none left that nobody needs or whose user has "
            "left?",
        ),
        hint=Text(
            "アカウント一覧表に、使う人・権限・最後に見直した日を書いておいてください。",
            "Keep a list with user, rights and the date of the last review.",
        ),
    ),
    rationale=Text(
        "共用のアカウントや放置されたアカウントがあると、誰が操作したか分からなくなり、攻撃者にも使われます。",
        "With shared and forgotten accounts nobody knows who did what, and attackers use them too.",
    ),
    remedy=Text(
        "不要なアカウントを削除し、見るだけの人には閲覧用の権限を割り当て、アカウント一覧表を作って保管してください。",
        "Delete accounts that are not needed, give viewers viewing rights only, and keep a list of all accounts.",
    ),
    references=(guide("3.3 (1)"), etsi("5.6-7")),
)
