"""What may be said of a password from what was found out at its entry. The password itself is never here."""

from fushinban.controls._saying import seen
from fushinban.controls._thresholds import GUESSABLE_SCORE, MIN_PASSWORD_LENGTH, MIN_PASSWORD_SCORE
from fushinban.model.control import Evidence, Verdict, unknown
from fushinban.model.facts import Activation, CredentialQuality, DefaultLogin, FactoryAccount, FactoryLogins
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

NEVER_SET_UP = Text(
    "機器の初期設定がまだ行われていません。最初に接続した人が、だれでも管理者になれる状態です。",
    "Nobody has set this device up yet: whoever connects first can make themselves its administrator.",
)


def never_set_up(view: DeviceView) -> Evidence | None:
    """What the device itself says, where it is still as delivered; None where it is set up or does not say."""
    state = view.find(Activation)
    if state is None or state.initialised:
        return None
    text = Text("機器の回答：初期設定が済んでいません", "The device answers that it has not been set up")
    return seen(view, Activation, text)


def refused_login(view: DeviceView) -> Verdict | None:
    """検証不可 where the device does not take the stored login: then it says nothing of the device's password."""
    quality = view.find(CredentialQuality)
    if quality is None or quality.accepted is not False:
        return None
    text = Text(
        "登録されているパスワードを機器が受け付けないため、機器で実際に使われているパスワードを評価できませんでした。",
        "The device does not accept the stored password, so the password that it really has could not be judged.",
    )
    return unknown(text, seen(view, CredentialQuality, account_text(quality)))


def account_text(quality: CredentialQuality) -> Text:
    """Which account, and whether the device confirmed the login."""
    how = {
        True: Text("機器で有効なことを確認済み", "confirmed by the device"),
        False: Text("機器が受け付けません", "refused by the device"),
        None: Text("機器での有効性は未確認", "not confirmed by the device"),
    }[quality.accepted]
    return Text("対象のアカウント：{name}（{how}）", "Account: {name} ({how})").fill(name=quality.username, how=how)


def is_published(quality: CredentialQuality) -> Text | None:
    """The row of the published list, never the password."""
    if not quality.list_row:
        return None
    text = Text(
        "攻撃に使われる公開リストの{row}行目と一致します。",
        "It equals row {row} of the published list that attackers use.",
    )
    return text.fill(row=quality.list_row)


def is_factory(quality: CredentialQuality) -> Text | None:
    """Equal to what the maker documents."""
    if not quality.factory_default:
        return None
    return Text(
        "メーカーが公開している出荷時の値と一致します。", "It equals the factory value that the maker documents."
    )


def is_short(quality: CredentialQuality) -> Text | None:
    """Shorter than anything should be."""
    if quality.length >= MIN_PASSWORD_LENGTH:
        return None
    text = Text(
        "文字数が{length}文字です（目安は{least}文字以上）。",
        "It has {length} characters (at least {least} are advised).",
    )
    return text.fill(length=quality.length, least=MIN_PASSWORD_LENGTH)


def is_guessable(quality: CredentialQuality) -> Text | None:
    """Falls to a guesser who may try a few hundred thousand times."""
    if quality.score > GUESSABLE_SCORE:
        return None
    text = Text(
        "推測されにくさの評価は{score}です（0が最も弱く、4が最も強い）。",
        "Its strength is {score} (0 weakest, 4 strongest).",
    )
    return text.fill(score=quality.score)


def is_weak(quality: CredentialQuality) -> Text | None:
    """Below what withstands a serious attack."""
    if quality.score >= MIN_PASSWORD_SCORE:
        return None
    text = Text(
        "推測されにくさの評価は{score}です（0が最も弱く、4が最も強い。目安は{least}以上）。",
        "Its strength is {score} (0 weakest, 4 strongest; at least {least} is advised).",
    )
    return text.fill(score=quality.score, least=MIN_PASSWORD_SCORE)


def has_context(quality: CredentialQuality) -> Text | None:
    """Contains what stands on the sign above the door."""
    if not quality.contains_context:
        return None
    return Text(
        "店舗名・顧客名・電話番号・製造番号・アカウント名など、推測しやすい語が含まれています。",
        "It contains words that are easy to guess, such as the site's name, a telephone or serial number or the "
        "account.",
    )


def is_shared(quality: CredentialQuality) -> Text | None:
    """The same keyed fingerprint on other devices."""
    if not quality.shared_with:
        return None
    text = Text("同じパスワードの機器がほかに{count}台あります。", "{count} other devices have the same password.")
    return text.fill(count=quality.shared_with)


def faults(view: DeviceView, quality: CredentialQuality, *found: Text | None) -> tuple[Evidence, ...]:
    """Evidence for what was found; empty where nothing was."""
    told = [f for f in found if f is not None]
    return tuple(seen(view, CredentialQuality, t) for t in (*told, account_text(quality))) if told else ()


def accepted_factory(view: DeviceView) -> tuple[FactoryAccount, ...]:
    """Documented factory logins that the device took in the opt-in test."""
    return with_outcome(view, DefaultLogin.ACCEPTED)


def with_outcome(view: DeviceView, outcome: DefaultLogin) -> tuple[FactoryAccount, ...]:
    """Accounts of the opt-in test that ended so."""
    tested = view.find(FactoryLogins)
    return tuple(a for a in tested.accounts if a.outcome is outcome) if tested else ()


def factory_evidence(view: DeviceView, accounts: tuple[FactoryAccount, ...]) -> Evidence:
    """The accounts of the opt-in test, without their passwords."""
    text = Text("出荷時パスワードの試験：{accounts}", "Factory password test: {accounts}")
    ja = "、".join(f"{a.username}（{a.outcome.label.ja}）" for a in accounts)
    en = ", ".join(f"{a.username} ({a.outcome.label.en})" for a in accounts)
    return seen(view, FactoryLogins, text.fill(accounts=Text(ja, en)))
