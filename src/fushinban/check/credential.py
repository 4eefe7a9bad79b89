"""Judges a login as it is entered, without trying it on any device. What goes in never comes out again."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

from fushinban.makers import FactoryLogin, Maker, makers
from fushinban.model.facts import CredentialQuality

#: zxcvbn refuses longer secrets, and its time grows fast with the length.
SCORED_LENGTH = 72

#: Characters that are looked at first; most strong passwords are strong by then.
STRONG_BEGINNING = 14

#: The estimator's best score, and the best that a secret with words of the site in it can get. Own rule.
STRONGEST, CONTEXT_SCORE = 4, 1

#: Shorter words of the site's data are too common to mean anything.
WORD_LENGTH = 4

#: Words that people in Japan put into camera passwords; the strength estimator knows only English ones. Own list.
HABITS = (
    "aiueo", "angou", "arigatou", "bouhan", "heisei", "himitsu", "honten", "iroha", "jimusho", "kakikukeko", "kamera",
    "kanri", "kanrisha", "keibi", "konnichiwa", "mimamori", "nihon", "pasuwado", "reiwa", "rokuga", "sakura",
    "setsubi", "shiten", "showa", "soumu", "tencho", "tenpo", "bouhancamera", "netcam", "ipcam", "camera", "cctv",
    "dvr", "nvr", "security", "recorder",
)  # fmt: skip

#: Rows of a Japanese (JIS) keyboard; the estimator knows only the American one.
JIS_ROWS = ("1234567890-^\\", "qwertyuiop@[", "asdfghjkl;:]", "zxcvbnm,./\\", "!\"#$%&'()=~|", "たていすかんなにらせ")

#: Keys side by side from this number on are a run. Own rule.
RUN_LENGTH = 4


def assess(username: str, secret: str, *, context: Sequence[str], maker: Maker | None, model: str) -> CredentialQuality:
    """What can be said of a login offline. `context`: names, numbers and addresses that an attacker would try first.

    Without a model the factory logins of all models of the maker count. Without a maker those of all makers do, but
    for published pairs: they are told by their row, and many makers share them, so nothing says whose default it is.
    `accepted`, `shared_with` and `fingerprint` are for others to fill in.
    """
    words = context_words((*context, username))
    plain = _plain(secret)
    known_words = _holds_any(plain, words)
    row = _published_row(username, secret)
    return CredentialQuality(
        username=username,
        length=len(secret),
        score=min(_score(secret, plain, maker, model), CONTEXT_SCORE if known_words else STRONGEST),
        list_row=row,
        factory_default=(maker is not None or not row) and _is_factory(username, secret, maker, model),
        contains_context=known_words,
    )


def context_words(context: Iterable[str]) -> frozenset[str]:
    """Words of the context long enough to mean something, each also without what separates its parts."""
    found: set[str] = set()
    for text in context:
        plain = _plain(text)
        parts = re.split(r"[\W_]+", plain)
        # A telephone number or a MAC address is typed without its separators.
        found.update((*parts, "".join(parts)))
    return frozenset(w for w in found if len(w) >= WORD_LENGTH)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _holds_any(plain: str, words: frozenset[str]) -> bool:
    return any(w in plain for w in words) or any(w in _letters(plain) for w in words)


def _letters(plain: str) -> str:
    """Without separators, so that `ya-ma-da` is still seen."""
    return re.sub(r"[\W_]+", "", plain)


def _score(secret: str, plain: str, maker: Maker | None, model: str) -> int:
    """0 (trivial) to 4 (strong): the estimator's view of the secret, as typed and in plain letters, and our rules."""
    if not secret:
        return 0
    products = (maker.id, maker.name, *maker.aliases, model) if maker else (model,)
    known = (*HABITS, *(_plain(p) for p in products if p))
    # What is typed in full-width letters is guessed in plain ones.
    score = min(_estimate(s, known) for s in {secret, unicodedata.normalize("NFKC", secret)})
    return min(score, 1) if _is_keyboard_run(plain) else score


@lru_cache(maxsize=64)  # many devices of a site are given the same password
def _estimate(secret: str, known: tuple[str, ...]) -> int:
    """The estimator's score. A beginning that is strong stays strong, and takes a third of the time to estimate."""
    # Slow to import, and needed only when a login is entered.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    beginning = int(zxcvbn(secret[:STRONG_BEGINNING], user_inputs=known)["score"])
    if beginning == STRONGEST or len(secret) <= STRONG_BEGINNING:
        return beginning
    return int(zxcvbn(secret[:SCORED_LENGTH], user_inputs=known)["score"])


def _is_keyboard_run(plain: str) -> bool:
    """Whether half of the secret or more is made of keys side by side on a Japanese keyboard."""
    neighbours = {a + b for row in JIS_ROWS for a, b in pairwise(row)}
    covered, run = 0, 1
    for a, b in pairwise(plain + "\0"):
        if a + b in neighbours or b + a in neighbours:
            run += 1
            continue
        covered += run if run >= RUN_LENGTH else 0
        run = 1
    return covered * 2 >= len(plain)


@cache
def published_logins() -> dict[tuple[str, str], int]:
    """Row number by user name (lower case) and password; the first row of a pair that stands twice."""
    text = resources.files("fushinban.check").joinpath("published_logins.toml").read_text(encoding="utf-8")
    found: dict[tuple[str, str], int] = {}
    for pair in tomllib.loads(text)["pair"]:
        found.setdefault((pair["username"].casefold(), pair["password"]), pair["row"])
    return found


def _published_row(username: str, secret: str) -> int:
    return published_logins().get((username.casefold(), secret), 0)


def _is_factory(username: str, secret: str, maker: Maker | None, model: str) -> bool:
    several = (maker,) if maker else makers().values()
    return any(_is_that_login(row, username, secret, model) for m in several for row in m.factory_logins)


def _is_that_login(row: FactoryLogin, username: str, secret: str, model: str) -> bool:
    if row.password != secret or row.username.casefold() != username.casefold():
        return False
    return not (row.models and model) or re.search(row.models, model) is not None
