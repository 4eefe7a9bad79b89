"""People, grants, one-time links and tokens, on both kinds of database."""

import string
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from fushinban import clock
from fushinban.check.credential import assess
from fushinban.errors import Conflict, FushinbanError, InputError, StoreError
from fushinban.messages import say
from fushinban.model.audit import Actor, ActorKind
from fushinban.model.rights import Grant, Permission, Rights, Role
from fushinban.record.audit_pending import Work
from fushinban.record.people.links import Links
from fushinban.record.people.models import Person
from fushinban.record.people.people import People
from fushinban.record.people.rights import rights_of
from fushinban.record.people.tokens import LONGEST, PREFIX, Tokens, is_token, new_text
from fushinban.record.people.validators import PassPhraseValidator
from fushinban.record.people.values import PersonEntry
from fushinban.record.store import Store
from people.full_console import PASS_PHRASE
from record.samples import SITE

ADMINISTRATOR = Grant(role=Role.ADMINISTRATOR)
DAY = timedelta(days=1)
BOSS = Actor(kind=ActorKind.PERSON, id="0", name="Boss")


def _later(days: float) -> Callable[[], object]:
    moment = clock.now() + timedelta(days=days)
    return lambda: moment


def _add(store: Store, name: str, grant: Grant = ADMINISTRATOR) -> PersonEntry:
    return People.of(store).add(f"{name}@example.jp", name, grant, actor=BOSS)


@pytest.fixture
def good(console: Store) -> Iterator[Store]:
    """A console whose audit log fits its tables at the end of every test."""
    yield console
    assert list(console.audit.verify()) == []


def test_the_first_person_comes_by_a_link_and_only_the_first(good: Store) -> None:
    links = Links.of(good)
    old, link = links.first_setup(), links.first_setup()
    assert old is not None
    assert link is not None
    assert len(link.secret) == 43
    assert link.secret not in repr(link)
    with pytest.raises(InputError, match="does not work"):
        links.use_setup(old.secret, "a@example.jp", "安奈", PASS_PHRASE)
    with pytest.raises(InputError, match="at least 12"):
        links.use_setup(link.secret, "a@example.jp", "安奈", "short")
    entry = links.use_setup(
        link.secret, " Anna@Example.JP ", " 安奈\t", PASS_PHRASE, language="ja", address="192.0.2.1"
    )
    assert (entry.email, entry.name, entry.active) == ("anna@example.jp", "安奈", True)
    assert entry.rights(clock.now()).may(Permission.SETTINGS_EDIT)
    assert links.first_setup() is None
    with pytest.raises(InputError, match="does not work"):
        links.use_setup(link.secret, "b@example.jp", "美香", PASS_PHRASE)
    assert Person.objects.get(pk=entry.number).check_password(PASS_PHRASE)
    told = {(e.action, e.actor.name, e.actor.address) for e in good.audit.entries(start=entry.created_at)}
    assert ("person.added", "安奈", "192.0.2.1") in told


def test_an_invited_person_comes_in_with_what_was_meant(good: Store) -> None:
    good.sites.save(SITE)
    _add(good, "boss")
    links, end = Links.of(good), clock.now() + 30 * DAY
    grant = Grant(role=Role.INSTALLER, site=SITE.id, end=end)
    link = links.invite("in@example.jp", grant, name="設置 花子", language="ja", actor=BOSS)
    found = links.find(link.secret)
    assert found is not None
    assert (found.email, found.name, found.grant, found.created_by) == ("in@example.jp", "設置 花子", grant, "Boss")
    assert [i.number for i in links.open()] == [link.number]
    entry = links.accept(link.secret, PASS_PHRASE)
    assert (entry.name, entry.language) == ("設置 花子", "ja")
    assert [h.grant for h in entry.grants] == [grant]
    assert links.find(link.secret) is None
    with pytest.raises(InputError):
        links.accept(link.secret, PASS_PHRASE)
    with pytest.raises(Conflict):
        links.invite("IN@example.jp", grant)
    with pytest.raises(InputError):
        links.use_reset(link.secret, PASS_PHRASE)


def test_links_end_by_time_and_by_hand(good: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _add(good, "boss")
    links = Links.of(good)
    revoked, old = (links.invite(f"{n}@example.jp", Grant(role=Role.AUDITOR)) for n in "ab")
    links.revoke(revoked.number, actor=BOSS)
    links.revoke(revoked.number, actor=BOSS)
    assert len(good.audit.entries(action="link.revoked")) == 1
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", _later(7.01))
        for link in (revoked, old):
            assert links.find(link.secret) is None
            with pytest.raises(InputError):
                links.accept(link.secret, PASS_PHRASE)
    assert links.find(old.secret) is not None
    assert links.find("") is None
    assert links.find("\ud800") is None


def test_a_reset_sets_a_pass_phrase_and_takes_second_factors_off(good: Store) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    number = _add(good, "anna").number
    TOTP.activate(Person.objects.get(pk=number), generate_totp_secret())
    links = Links.of(good)
    first, plain = (links.reset(number, actor=BOSS) for _ in range(2))
    assert links.find(first.secret) is None
    links.use_reset(plain.secret, PASS_PHRASE)
    assert Authenticator.objects.count() == 1
    links.use_reset(links.reset(number, forget_factors=True).secret, PASS_PHRASE + "-2")
    assert Authenticator.objects.count() == 0
    assert Person.objects.get(pk=number).check_password(PASS_PHRASE + "-2")
    last = links.reset(number)
    _add(good, "boss")
    People.of(good).deactivate(number)
    with pytest.raises(InputError):
        links.use_reset(last.secret, PASS_PHRASE)
    with pytest.raises(InputError):
        links.reset(number)
    assert links.find(last.secret) is not None  # nothing was used up


def test_of_two_who_use_a_link_at_once_one_wins(good: Store) -> None:
    _add(good, "boss")
    link = Links.of(good).invite("in@example.jp", Grant(role=Role.AUDITOR))
    start, ended = threading.Barrier(4), list[str]()

    def use() -> None:
        start.wait(10)
        try:
            ended.append(Links.of(good).accept(link.secret, PASS_PHRASE).email)
        except FushinbanError as error:
            ended.append(error.text.en)
        finally:
            good.let_go()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert ended.count("in@example.jp") == 1
    assert len(ended) == 4
    assert sum("does not work" in text for text in ended) == 3


def test_a_person_is_made_with_an_entry_or_not_at_all(good: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    people = People.of(good)

    def full(_work: Work) -> None:
        raise StoreError(say("record.full", place=good.place))

    with monkeypatch.context() as patch:
        patch.setattr(good.audit.pending, "_flush", full)
        with pytest.raises(StoreError):
            people.make("anna@example.jp", "安奈")
    assert people.find("anna@example.jp") is None
    made = people.make("anna@example.jp", "安奈")
    (entry,) = good.audit.entries(kind="person")
    assert (entry.action, entry.id) == ("person.changed", str(made.pk))
    with pytest.raises(Conflict):
        people.make("ANNA@example.jp", "別の安奈")


def test_a_grant_begins_and_ends(good: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    good.sites.save(SITE)
    people, now = People.of(good), clock.now()
    number = _add(good, "anna").number
    grant = Grant(role=Role.INSTALLER, site=SITE.id, start=now + DAY, end=now + 3 * DAY)
    held = people.give(number, grant, actor=BOSS)
    person = Person.objects.get(pk=number)
    assert rights_of(person, now).grants == (ADMINISTRATOR,)
    assert people.rights_of(number, now + 2 * DAY).grants == (ADMINISTRATOR, grant)
    assert rights_of(person, now + 2 * DAY) == people.rights_of(number, now + 2 * DAY)
    assert people.rights_of(number, now + 3 * DAY).grants == (ADMINISTRATOR,)
    assert people.end_grant(held.number, at=now + 2 * DAY).grant.end == now + 2 * DAY
    monkeypatch.setattr(clock, "now", _later(1.5))
    ended = people.end_grant(held.number)
    assert ended.grant.end == clock.now()
    assert people.end_grant(held.number) == ended
    with pytest.raises(InputError):
        people.end_grant(99)


@pytest.mark.parametrize(
    "grant",
    [
        Grant(role=Role.CUSTOMER),
        Grant(role=Role.OPERATOR, site="nowhere"),
        Grant(role=Role.OPERATOR, customer=99),
        Grant(role=Role.OPERATOR, customer=1, site=SITE.id),
        Grant(role=Role.OPERATOR, end=clock.now() - DAY),
        Grant(role=Role.OPERATOR, start=clock.now() + 2 * DAY, end=clock.now() + DAY),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(good: Store, grant: Grant) -> None:
    number = _add(good, "anna").number
    with pytest.raises(InputError):
        People.of(good).give(number, grant)
    with pytest.raises(InputError):
        Links.of(good).invite("b@example.jp", grant)
    with pytest.raises(InputError):
        People.of(good).add("b@example.jp", "b", grant)
    assert [p.email for p in People.of(good).list()] == ["anna@example.jp"]


def test_people_are_found(good: Store) -> None:
    good.sites.save(SITE)
    owner = good.customers.of_site(SITE.id)
    for name in ("boss", "anna"):
        _add(good, name)
    _add(good, "site", Grant(role=Role.INSTALLER, site=SITE.id))
    _add(good, "customer", Grant(role=Role.CUSTOMER, customer=owner))
    people = People.of(good)
    assert [p.name for p in people.list()] == ["anna", "boss", "customer", "site"]
    assert [p.name for p in people.list(after="anna@example.jp", most=2)] == ["boss", "customer"]
    assert [p.name for p in people.list(text="NNA")] == ["anna"]
    assert people.find("ANNA@example.jp ") == people.list()[0]
    assert people.find("nobody@example.jp") is None
    assert [p.name for p in people.of_scope(customer=owner)] == ["customer"]
    assert [p.name for p in people.of_scope(site=SITE.id)] == ["site"]
    changed = people.change(people.list()[0].number, name="安奈", language="en", actor=BOSS)
    assert (changed.name, changed.language) == ("安奈", "en")
    for wrong in ({"name": " \n"}, {"name": "x" * 201}, {"language": "fr"}):
        with pytest.raises(InputError):
            people.change(changed.number, **wrong)
    with pytest.raises(InputError):
        people.add("no address", "n", ADMINISTRATOR)
    with pytest.raises(Conflict):
        people.add("ANNA@EXAMPLE.JP", "n", ADMINISTRATOR)
    assert Person.objects.get_by_natural_key("Anna@example.JP").name == "安奈"
    assert people.rights_of(999).grants == ()


def test_the_last_administrator_stays(good: Store) -> None:
    people = People.of(good)
    anna, mika = _add(good, "anna"), _add(good, "mika")
    _add(good, "operator", Grant(role=Role.OPERATOR))
    _add(good, "visitor", Grant(role=Role.ADMINISTRATOR, end=clock.now() + DAY))
    people.deactivate(mika.number, actor=BOSS)
    for refused in (
        lambda: people.deactivate(anna.number),
        lambda: people.end_grant(anna.grants[0].number),
        lambda: people.end_grant(anna.grants[0].number, at=clock.now() + DAY),
    ):
        with pytest.raises(InputError, match="administrator"):
            refused()
    people.activate(mika.number)
    people.end_grant(anna.grants[0].number)
    assert people.rights_of(anna.number).grants == ()
    with pytest.raises(InputError, match="administrator"):
        people.deactivate(mika.number)
    people.deactivate(anna.number)


def test_two_administrators_cannot_remove_each_other_at_once(good: Store) -> None:
    people = People.of(good)
    numbers = [_add(good, name).number for name in ("anna", "mika")]
    start, refused = threading.Barrier(2), list[str]()

    def remove(number: int) -> None:
        start.wait(10)
        try:
            people.deactivate(number)
        except FushinbanError as error:
            refused.append(error.text.en)
        finally:
            good.let_go()

    threads = [threading.Thread(target=remove, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert "administrator" in refused[0]
    assert sum(p.active for p in people.list()) == 1


def _token(store: Store, owner: int, *permissions: Permission, **more: object) -> str:
    made = Tokens.of(store).make(owner, "for tests", permissions, clock.now() + DAY, **more)  # type: ignore[arg-type] # site, customer
    assert made.text not in repr(made)
    return made.text


def test_a_token_may_what_its_owner_may_and_it_was_given(good: Store) -> None:
    good.sites.save(SITE)
    owner, customer = _add(good, "anna").number, good.customers.of_site(SITE.id)
    tokens, now = Tokens.of(good), clock.now()
    wide = tokens.verify(_token(good, owner, Permission.SITE_VIEW, Permission.EXPORT), now, "192.0.2.1")
    assert (wide.person.email, wide.token.last_used_at) == ("anna@example.jp", None)
    assert wide.rights.may(Permission.SITE_VIEW)
    assert not wide.rights.anywhere(Permission.PEOPLE_EDIT)
    narrow = tokens.verify(_token(good, owner, Permission.SITE_VIEW, site=SITE.id), now)
    assert narrow.rights.may(Permission.SITE_VIEW, SITE.id, customer)
    assert not narrow.rights.may(Permission.SITE_VIEW, "other", customer)
    assert not narrow.rights.may(Permission.SITE_VIEW)
    theirs = tokens.verify(_token(good, owner, Permission.SITE_VIEW, customer=customer), now)
    assert theirs.rights.may(Permission.SITE_VIEW, SITE.id, customer)
    assert not theirs.rights.may(Permission.SITE_VIEW, "other", None)
    used = tokens.of_owner(owner)[-1]
    assert (used.last_used_at, used.last_used_from) == (now, "192.0.2.1")


def test_a_token_loses_what_its_owner_loses(good: Store) -> None:
    good.sites.save(SITE)
    _add(good, "boss")
    people, tokens = People.of(good), Tokens.of(good)
    customer = good.customers.of_site(SITE.id)
    anna = _add(good, "anna", Grant(role=Role.OPERATOR, customer=customer))
    text = _token(good, anna.number, Permission.SITE_VIEW, site=SITE.id)
    assert tokens.verify(text, clock.now()).rights.may(Permission.SITE_VIEW, SITE.id, customer)
    held = people.give(anna.number, Grant(role=Role.INSTALLER, site=SITE.id))
    people.end_grant(anna.grants[0].number)
    assert tokens.verify(text, clock.now()).rights.grants == (held.grant,)
    people.end_grant(held.number)
    assert tokens.verify(text, clock.now()).rights.grants == ()
    people.deactivate(anna.number)
    with pytest.raises(InputError, match="deactivated"):
        tokens.verify(text, clock.now())


def test_a_token_ends(good: Store) -> None:
    owner = _add(good, "anna").number
    tokens, now = Tokens.of(good), clock.now()
    text = _token(good, owner, Permission.SITE_VIEW)
    with pytest.raises(InputError, match="expired"):
        tokens.verify(text, now + 2 * DAY)
    with pytest.raises(InputError):
        tokens.revoke(tokens.all()[0].number, owner=owner + 1)
    tokens.revoke(tokens.all()[0].number, owner=owner)
    with pytest.raises(InputError, match="revoked"):
        tokens.verify(text, now)
    with pytest.raises(InputError, match="not accepted"):
        tokens.verify(new_text(), now)
    for wrong in ("", text[:-1], text.lower(), f"{text}x", "fsb_\ud800", text.replace(text[10], "é")):
        with pytest.raises(InputError, match="does not look"):
            tokens.verify(wrong, now)


def test_a_token_that_would_be_too_much_is_not_made(good: Store) -> None:
    good.sites.save(SITE)
    _add(good, "boss")
    tokens = Tokens.of(good)
    owner = _add(good, "anna", Grant(role=Role.INSTALLER, site=SITE.id)).number
    soon = clock.now() + DAY
    for permissions, end, more in (
        ([Permission.EXPORT], soon, {}),
        ([], soon, {}),
        ([Permission.SITE_VIEW], clock.now(), {}),
        ([Permission.SITE_VIEW], clock.now() + LONGEST + DAY, {}),
        ([Permission.SITE_VIEW], soon, {"site": "other"}),
        ([Permission.SITE_VIEW], soon, {"site": SITE.id, "customer": 1}),
    ):
        with pytest.raises(InputError):
            tokens.make(owner, "t", permissions, end, **more)  # type: ignore[arg-type] # as above
    assert tokens.all() == ()
    assert tokens.make(owner, "t", [Permission.SITE_VIEW], soon).entry == tokens.get(tokens.all()[0].number)


def test_tokens_have_a_form_of_their_own() -> None:
    text = new_text()
    assert text.startswith(PREFIX)
    assert len(text) == 53
    assert is_token(text)
    assert text != new_text()


@given(st.integers(0, 48), st.sampled_from(string.ascii_letters + string.digits))
def test_a_mistyped_token_is_known(place: int, letter: str) -> None:
    text = new_text()
    wrong = text[: 4 + place] + letter + text[5 + place :]
    assert is_token(wrong) is (wrong == text)


@given(st.text(max_size=60))
def test_any_text_is_no_token(text: str) -> None:
    assert not is_token(text)


def test_nothing_of_a_secret_is_kept(good: Store) -> None:
    owner = _add(good, "anna").number
    text, link = _token(good, owner, Permission.SITE_VIEW), Links.of(good).reset(owner)
    everything = "".join(
        str(row) for model in (Person, *Person._meta.apps.get_app_config("people").get_models())
        for row in model._base_manager.values_list()
    ) + "".join(map(str, good.audit.entries(most=1000)))  # fmt: skip
    assert text not in everything
    assert link.secret not in everything


@pytest.mark.parametrize(
    ("pass_phrase", "said"),
    [
        ("short", "at least 12"),
        ("x" * 300, "at most 256"),
        ("7ujMko0admin", "published lists"),
        ("passwordpassword", "too easy"),
        ("annayamada-2026!xK", "leave your name"),
        ("不寝番を守るkey", "at least 12"),
        ("Fushinban-tower-91", "leave your name"),
    ],
)
def test_a_weak_pass_phrase_is_told_in_both_languages(pass_phrase: str, said: str) -> None:
    validator = PassPhraseValidator(assess)
    person = Person(email="anna@example.jp", name="Anna Yamada")
    with translation.override("en"), pytest.raises(ValidationError) as english:
        validator.validate(pass_phrase, person)
    assert said in " ".join(english.value.messages)
    with translation.override("ja"), pytest.raises(ValidationError) as japanese:
        validator.validate(pass_phrase, person)
    assert not any("a" <= letter <= "z" for letter in japanese.value.messages[0])
    assert pass_phrase not in " ".join(japanese.value.messages + english.value.messages)


def test_a_good_pass_phrase_is_taken() -> None:
    validator = PassPhraseValidator("fushinban.check.credential.assess")
    validator.validate("invented-Words-42-for-tests", Person(email="anna@example.jp", name="安奈"))
    validator.validate("みかんと雪と古い時計と海の音")
    with translation.override("ja"):
        assert "12文字以上" in validator.get_help_text()


def test_pass_phrases_are_hashed_with_scrypt() -> None:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.ScryptPasswordHasher"]):
        person = Person(email="a@example.jp", name="a")
        person.set_password(PASS_PHRASE)
        assert identify_hasher(person.password).algorithm == "scrypt"
        assert person.check_password(PASS_PHRASE)


_SITES = st.sampled_from(["s-1", "s-2", "s-3"])
_GRANTS = st.builds(
    Grant,
    role=st.sampled_from(Role),
    customer=st.none() | st.integers(1, 2),
    site=st.none() | _SITES,
)


@given(st.lists(_GRANTS, max_size=4), st.none() | st.integers(1, 2), st.none() | _SITES)
def test_narrowed_rights_are_never_more(grants: list[Grant], customer: int | None, site: str | None) -> None:
    """Whatever a narrowed right allows lies inside the narrowing and the whole right; nothing else is lost."""
    owners: dict[str, int | None] = {"s-1": 1, "s-2": 2, "s-3": None}
    whole = Rights(grants=tuple(grants))
    if site is not None:
        customer = None
    narrowed = whole.within(customer, site, owners)
    for permission in Permission:
        for where, owner in owners.items():
            inside = (site is None or where == site) and (customer is None or owner == customer)
            expected = inside and whole.may(permission, where, owner)
            # A grant that names both means its site.
            assert narrowed.may(permission, where, owner) is expected


def test_who_may_give_which_grant() -> None:
    everything = Rights(grants=(ADMINISTRATOR,))
    local = Rights(grants=(Grant(role=Role.ADMINISTRATOR, customer=1),))
    operator = Rights(grants=(Grant(role=Role.OPERATOR),))
    of_site, of_customer = Grant(role=Role.INSTALLER, site="s-1"), Grant(role=Role.CUSTOMER, customer=1)
    assert all(everything.may_give(g) for g in (ADMINISTRATOR, of_site, of_customer))
    assert local.may_give(of_site, customer_of_site=1)
    assert local.may_give(of_customer)
    assert not local.may_give(of_site, customer_of_site=2)
    assert not local.may_give(ADMINISTRATOR)
    assert not any(operator.may_give(g) for g in (ADMINISTRATOR, of_site, of_customer))
