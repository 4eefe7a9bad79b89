"""Logins are judged as they are entered: published list, factory values, strength, words of the site. Never echoed."""

import tomllib
from dataclasses import asdict
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban.check.credential import assess, context_words, published_logins
from fushinban.makers import FactoryLogin, Maker
from fushinban.model.facts import CredentialQuality

# Invented for these tests.
STRONG = "Tk7#vnQ2!mzP4x"


def maker(*logins: FactoryLogin) -> Maker:
    return Maker(
        id="testmaker", name="Testmaker", name_ja="テスト電機", aliases=("TM",), lab=True, lockout=None,
        factory_logins=logins, factory_password_none=False, fingerprints=(), security_page="",
    )  # fmt: skip


def login(models: str = "") -> FactoryLogin:
    return FactoryLogin(username="admin", password="tm-initial-9", models=models, source="invented", verified=True)


def judged(secret: str, username: str = "op", *context: str) -> CredentialQuality:
    return assess(username, secret, context=context, maker=maker(), model="")


def test_the_published_list_has_62_rows_and_61_pairs() -> None:
    text = resources.files("fushinban.check").joinpath("published_logins.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["pair"]
    assert [r["row"] for r in rows] == list(range(1, 63))
    assert len({(r["username"], r["password"]) for r in rows}) == 61
    assert len(published_logins()) == 61


@pytest.mark.parametrize(
    ("username", "secret", "row"),
    [("root", "xc3511", 1), ("ROOT", "xc3511", 1), ("admin", "", 17), ("guest", "12345", 31), ("admin", "1111111", 52)],
)
def test_published_pairs_are_named_by_their_row(username: str, secret: str, row: int) -> None:
    assert judged(secret, username).list_row == row


def test_the_same_password_for_another_user_is_not_that_row() -> None:
    assert judged("xc3511", "viewer").list_row == 0


def test_factory_logins_count_for_their_maker_and_models() -> None:
    def is_default(models: str, model: str, secret: str = "tm-initial-9", username: str = "Admin") -> bool:
        found = assess(username, secret, context=(), maker=maker(login(models)), model=model)
        return found.factory_default

    assert is_default("", "X-1")
    assert is_default("^X-", "X-1")
    assert not is_default("^X-", "Y-1")
    assert is_default("^X-", ""), "while the model is not known, every model counts"
    assert not is_default("", "X-1", secret="other")
    assert not is_default("", "X-1", username="viewer")


def test_without_a_maker_the_defaults_of_all_makers_count() -> None:
    assert assess("admin", "asagiri-lab-default", context=(), maker=None, model="").factory_default
    assert not assess("admin", STRONG, context=(), maker=None, model="").factory_default


def test_a_published_pair_is_a_factory_value_only_of_a_known_maker() -> None:
    own = FactoryLogin(username="root", password="xc3511", models="", source="invented", verified=True)
    assert assess("root", "xc3511", context=(), maker=maker(own), model="").factory_default
    assert not assess("root", "xc3511", context=(), maker=None, model="").factory_default
    assert not assess("root", "xc3511", context=(), maker=maker(login()), model="").factory_default


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "admin",
        "password",
        "12345678",
        "camera2020",
        "qwertyuiop@[",
        "asdfghjkl;:]",
        "ＰＡＳＳＷＯＲＤ",
        "bouhan2024",
    ],
)
def test_habits_are_weak(secret: str) -> None:
    assert judged(secret).score <= 1


def test_a_random_one_is_strong() -> None:
    found = judged(STRONG)
    assert (found.score, found.length, found.contains_context, found.list_row) == (4, 14, False, 0)


@pytest.mark.parametrize(
    ("secret", "context"),
    [
        ("Minato-9x!Qz", "Minato Shoten"),
        ("q!0312345678Z", "03-1234-5678"),
        ("ｍｉｎａｔｏ#77Qz", "minato"),
        ("Qz!ya-ma-da99", "yamada"),
        ("みなと商店#Qz91", "みなと商店"),
        ("zZ!00408c123456", "00:40:8C:12:34:56"),
        ("x9!ABC12345!x", "ABC12345"),
    ],
)
def test_words_of_the_site_are_found_however_they_are_written(secret: str, context: str) -> None:
    assert judged(secret, "op", context).contains_context


def test_the_account_in_its_own_password_is_found() -> None:
    assert judged("Operator#9x!Qz", "operator").contains_context


def test_words_too_short_to_mean_anything_are_passed_over() -> None:
    assert context_words(("A-1", "東京", "", "Shop 12")) == {"shop", "shop12"}
    assert not judged("a1!Zq#x9Vb12", "op", "A-1").contains_context


def test_a_word_of_the_site_makes_the_password_weaker() -> None:
    assert judged("Kagurazaka77", "op", "Kagurazaka").score < judged("Kagurazaka77", "op").score


def test_what_others_fill_in_is_left_open() -> None:
    found = judged(STRONG)
    assert (found.accepted, found.shared_with, found.fingerprint) == (None, 0, "")


@settings(max_examples=60, deadline=None)
@given(secret=st.text(max_size=200), context=st.text(max_size=60))
def test_any_secret_is_judged_and_never_echoed(secret: str, context: str) -> None:
    marked = f"«{secret}»"
    found = assess("op", marked, context=(context,), maker=None, model="")
    assert 0 <= found.score <= 4
    assert found.length == len(marked)
    assert marked not in repr(found)
    assert all(marked != value for value in asdict(found).values())
