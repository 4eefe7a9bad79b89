"""The opt-in test: is a login that the maker documented as factory default still accepted?"""

import re

from fushinban.errors import Denied, DeviceError, Locked, NotSupported, Unreachable
from fushinban.makers import FactoryLogin, Maker
from fushinban.messages import say
from fushinban.model.facts import DefaultLogin, FactoryAccount, FactoryLogins
from fushinban.transport.session import Session


async def get_factory_logins(session: Session, maker: Maker, model: str) -> FactoryLogins:
    """Outcome of at most one attempt per documented account, inside the attempt budget. Stops at the first success.

    Raises OutOfScope unless the authorisation allows it; NotSupported when the maker documents none for this model;
    Locked or Unreachable when not even the first attempt could be made.
    """
    logins = applicable(maker, model)
    if not logins:
        raise NotSupported(say("discover.no-factory-login", maker=maker.name))
    done: list[FactoryAccount] = []
    for i, login in enumerate(logins):
        try:
            outcome = await _try(session, login)
        except (Locked, Unreachable):
            if not done:
                raise
            # What could not be tried any more is unknown, never "refused".
            done += [_account(rest, DefaultLogin.AMBIGUOUS) for rest in logins[i:]]
            break
        done.append(_account(login, outcome))
        if outcome in (DefaultLogin.ACCEPTED, DefaultLogin.NO_LOGIN_NEEDED):
            break
    return FactoryLogins(accounts=tuple(done))


def applicable(maker: Maker, model: str) -> tuple[FactoryLogin, ...]:
    """One login per account name for this model, verified ones first. A login of certain models needs a known model."""
    fitting = [f for f in maker.factory_logins if not f.models or (model and re.search(f.models, model))]
    chosen: dict[str, FactoryLogin] = {}
    for login in sorted(fitting, key=lambda f: not f.verified):
        chosen.setdefault(login.username, login)
    return tuple(chosen.values())


async def _try(session: Session, login: FactoryLogin) -> DefaultLogin:
    try:
        accepted = await session.try_login(login.username, login.password)
    except NotSupported:
        return DefaultLogin.NO_LOGIN_NEEDED
    except (Locked, Unreachable):
        raise
    except (Denied, DeviceError):
        return DefaultLogin.AMBIGUOUS
    return DefaultLogin.ACCEPTED if accepted else DefaultLogin.REFUSED


def _account(login: FactoryLogin, outcome: DefaultLogin) -> FactoryAccount:
    return FactoryAccount(username=login.username, outcome=outcome, source=login.source)
