"""The opt-in test of factory logins: at most one attempt per account, and doubt is never "refused"."""

import asyncio
from dataclasses import dataclass, field

import pytest

from fushinban.drivers.services import get_factory_logins
from fushinban.errors import Denied, DeviceError, Locked, NotSupported, OutOfScope, Unreachable
from fushinban.makers import FactoryLogin, Maker, makers
from fushinban.messages import Text
from fushinban.model.facts import DefaultLogin

WHY = Text("試験", "test")


@dataclass
class LoginSession:
    """Answers login attempts from a list and notes them."""

    answers: list[bool | Exception]
    tried: list[tuple[str, str]] = field(default_factory=list)

    async def try_login(self, username: str, secret: str) -> bool:
        self.tried.append((username, secret))
        answer = self.answers[len(self.tried) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


def maker(*rows: tuple[str, str, str, bool]) -> Maker:
    logins = tuple(FactoryLogin(username=u, password=p, models=m, source="test", verified=v) for u, p, m, v in rows)
    return Maker(
        id="x", name="X", name_ja="X", aliases=(), lab=True, lockout=None, factory_logins=logins,
        factory_password_none=False, fingerprints=(), security_page="",
    )  # fmt: skip


TWO = maker(("admin", "from-memory", "", False), ("admin", "documented", "", True), ("user", "u", "", True))


def run(session: LoginSession, of: Maker = TWO, model: str = "") -> list[DefaultLogin]:
    fact = asyncio.run(get_factory_logins(session, of, model))  # type: ignore[arg-type] # only try_login is used
    return [a.outcome for a in fact.accounts]


def test_one_attempt_per_account_with_the_verified_login() -> None:
    session = LoginSession([False, False])
    assert run(session) == [DefaultLogin.REFUSED, DefaultLogin.REFUSED]
    assert session.tried == [("admin", "documented"), ("user", "u")]


def test_stops_at_the_first_success() -> None:
    session = LoginSession([True])
    assert run(session) == [DefaultLogin.ACCEPTED]
    assert len(session.tried) == 1


def test_no_login_needed_and_ambiguous() -> None:
    assert run(LoginSession([NotSupported(WHY)])) == [DefaultLogin.NO_LOGIN_NEEDED]
    assert run(LoginSession([Denied(WHY), False])) == [DefaultLogin.AMBIGUOUS, DefaultLogin.REFUSED]


@pytest.mark.parametrize("error", [Locked, Unreachable])
def test_a_lock_at_the_start_is_raised_and_later_leaves_the_rest_unknown(error: type[DeviceError]) -> None:
    with pytest.raises(error):
        run(LoginSession([error(WHY)]))
    assert run(LoginSession([False, error(WHY)])) == [DefaultLogin.REFUSED, DefaultLogin.AMBIGUOUS]


def test_scope_is_the_session_s_word() -> None:
    with pytest.raises(OutOfScope):
        run(LoginSession([OutOfScope(WHY)]))


def test_a_login_of_certain_models_needs_the_model() -> None:
    lab = makers()["fushinban_lab"]
    session = LoginSession([True])
    for model in ("", "ZZ-1"):
        with pytest.raises(NotSupported):
            run(session, lab, model)
    assert session.tried == []
    assert run(session, lab, "AG-200") == [DefaultLogin.ACCEPTED]
