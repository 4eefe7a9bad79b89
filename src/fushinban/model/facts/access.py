"""Accounts, rules for passwords, and what answers without a login."""

from dataclasses import dataclass
from typing import ClassVar

from fushinban.model.facts.base import Fact, Item, Section, shown
from fushinban.model.text import Named, Text


class Level(Named):
    """ONVIF user levels (`tt:UserLevel`), and OTHER for what a maker adds."""

    ADMINISTRATOR = "Administrator"
    OPERATOR = "Operator"
    USER = "User"
    ANONYMOUS = "Anonymous"
    EXTENDED = "Extended"
    OTHER = "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Item):
    """One account of a device."""

    name: str = shown("アカウント名", "Account")
    level: Level = shown("権限", "Level")

    @property
    def row_key(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts(Fact):
    """All accounts that the device lists."""

    key: ClassVar[str] = "accounts"
    title: ClassVar[Text] = Text("アカウント", "Accounts")
    section: ClassVar[Section] = Section.AUTHENTICATION
    accounts: tuple[Account, ...] = shown("アカウント", "Accounts", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy(Fact):
    """The access policy file: type, size in bytes and SHA-256; its text is not kept."""

    key: ClassVar[str] = "access_policy"
    title: ClassVar[Text] = Text("アクセスポリシー", "Access policy")
    section: ClassVar[Section] = Section.ACCESS
    content_type: str = shown("形式", "Content type", default="")
    size: int = shown("サイズ", "Size", unit="B")
    digest: str = shown("指紋", "Fingerprint", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordComplexity(Fact):
    """The device's own rule for passwords (None: it does not say)."""

    key: ClassVar[str] = "password_complexity"
    title: ClassVar[Text] = Text("パスワードの複雑さ", "Password complexity")
    section: ClassVar[Section] = Section.AUTHENTICATION
    min_length: int | None = shown("最小文字数", "Minimum length", default=None)
    uppercase: int | None = shown("英大文字の最小数", "Minimum uppercase", default=None)
    digits: int | None = shown("数字の最小数", "Minimum digits", default=None)
    specials: int | None = shown("記号の最小数", "Minimum special characters", default=None)
    block_username: bool | None = shown("ユーザー名を含むものを拒否", "Refuses the user name", default=None)
    locked: bool | None = shown("規則を変更できない", "Rule locked", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordHistory(Fact):
    """Whether old passwords are refused."""

    key: ClassVar[str] = "password_history"
    title: ClassVar[Text] = Text("パスワードの履歴", "Password history")
    section: ClassVar[Section] = Section.AUTHENTICATION
    enabled: bool = shown("過去のパスワードを拒否", "Refuses old passwords")
    length: int = shown("記憶する個数", "Remembered", default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthFailureWarning(Fact):
    """Whether repeated login failures raise a warning; period in seconds."""

    key: ClassVar[str] = "auth_failure_warning"
    title: ClassVar[Text] = Text("ログイン失敗の警告", "Login failure warning")
    section: ClassVar[Section] = Section.AUTHENTICATION
    enabled: bool = shown("警告", "Warning")
    period: int = shown("監視期間", "Monitor period", default=0, unit="s")
    max_failures: int = shown("失敗回数の上限", "Maximum failures", default=0)


class AccessClass(Named):
    """ONVIF access classes (Core specification, default access policy)."""

    PRE_AUTH = "PRE_AUTH"
    READ_SYSTEM = "READ_SYSTEM"
    READ_SYSTEM_SECRET = "READ_SYSTEM_SECRET"
    READ_MEDIA = "READ_MEDIA"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymousAnswer(Item):
    """One protected operation asked without a login. `answered`: a non-fault answer came; None: could not tell."""

    operation: str = shown("操作", "Operation")
    access_class: AccessClass = shown("区分", "Access class")
    answered: bool | None = shown("ログインなしで応答", "Answers without login")

    @property
    def row_key(self) -> str:
        return self.operation


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymousOperations(Fact):
    """Which protected ONVIF operations answer without a login though the specification forbids it."""

    key: ClassVar[str] = "anonymous_operations"
    title: ClassVar[Text] = Text("ログインなしで応答する操作", "Operations answered without login")
    section: ClassVar[Section] = Section.ACCESS
    operations: tuple[AnonymousAnswer, ...] = shown("操作", "Operations", default=())

    @property
    def leaking(self) -> tuple[AnonymousAnswer, ...]:
        """Those that did answer."""
        return tuple(o for o in self.operations if o.answered)


class Gate(Named):
    """How a picture address behaves without a login."""

    OPEN = "open"
    PROTECTED = "protected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureGate(Item):
    """One stream or snapshot address asked without a login; the address carries no user information."""

    uri: str = shown("アドレス", "Address")
    form: str = shown("種別", "Form")
    gate: Gate = shown("ログインなしの結果", "Without login")
    detail: str = shown("応答", "Answer", default="", volatile=True)

    @property
    def row_key(self) -> str:
        return f"{self.form} {self.uri}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymousPictures(Fact):
    """Whether streams (RTSP DESCRIBE) and snapshots (HTTP GET, head only) are readable without a login."""

    key: ClassVar[str] = "anonymous_pictures"
    title: ClassVar[Text] = Text("ログインなしの映像", "Pictures without login")
    section: ClassVar[Section] = Section.ACCESS
    pictures: tuple[PictureGate, ...] = shown("映像", "Pictures", default=())


class DefaultLogin(Named):
    """Outcome of the one opt-in attempt with the maker's documented factory default."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NO_LOGIN_NEEDED = "no-login-needed"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactoryAccount(Item):
    """One documented factory account that was tried (the password is not kept)."""

    username: str = shown("アカウント名", "Account")
    outcome: DefaultLogin = shown("結果", "Outcome")
    source: str = shown("出典", "Source", default="")

    @property
    def row_key(self) -> str:
        return self.username


@dataclass(frozen=True, slots=True, kw_only=True)
class FactoryLogins(Fact):
    """Result of the opt-in test: at most one attempt per documented factory account."""

    key: ClassVar[str] = "factory_logins"
    title: ClassVar[Text] = Text("出荷時パスワードの試験", "Factory password test")
    section: ClassVar[Section] = Section.AUTHENTICATION
    accounts: tuple[FactoryAccount, ...] = shown("アカウント", "Accounts", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialQuality(Fact):
    """What is known of the password kept for this device, judged at entry and never by trying it.

    `list_row`: row of the published Mirai list (1..62) or 0. `score`: 0 (trivial) .. 4 (strong), zxcvbn scale.
    `shared_with`: how many other devices have the same keyed fingerprint. `fingerprint`: keyed, not reversible.
    """

    key: ClassVar[str] = "credential"
    title: ClassVar[Text] = Text("登録されたログイン情報", "Stored login")
    section: ClassVar[Section] = Section.AUTHENTICATION
    username: str = shown("アカウント名", "Account")
    length: int  # not in the sheet: it would help who guesses
    score: int = shown("推測されにくさ（0～4）", "Strength (0-4)")
    list_row: int = shown("公開リストの該当行", "Row of published list", default=0)
    factory_default: bool = shown("出荷時の値と一致", "Equals factory default", default=False)
    contains_context: bool = shown("推測しやすい語を含む", "Contains guessable words", default=False)
    shared_with: int = shown("同じパスワードの機器数", "Devices sharing it", default=0)
    fingerprint: str = shown("照合用の指紋", "Keyed fingerprint", default="", volatile=True)
    accepted: bool | None = shown("機器で有効", "Accepted by device", default=None)
