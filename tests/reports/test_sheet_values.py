"""Values of sheets in the words of their reader, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.model.text import Lang
from fushinban.reports._values import canonical_value, form_of, shown_value


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("ports[telnet].state", "enum:PortState"),
        ("accounts[a.b].level", "enum:Level"),
        ("accounts[a[0].level].level", "enum:Level"),
        ("interfaces[eth0].dhcp", "bool"),
        ("capabilities.dot1x", "bool"),
        ("dynamic_dns.mode", "enum:DynamicDnsMode"),
        ("dns.servers", ""),
        ("manual.place", ""),
        ("nothing[x].y", ""),
    ],
)
def test_forms_follow_from_the_facts(key: str, form: str) -> None:
    assert form_of(key) == form


@pytest.mark.parametrize(
    ("value", "form", "ja"),
    [
        ("closed", "enum:PortState", "閉"),
        ("Administrator", "enum:Level", "管理者"),
        ("true", "bool", "はい"),
        ("x", "bool", "x"),
    ],
)
def test_words_of_the_reader(value: str, form: str, ja: str) -> None:
    assert shown_value(value, form, "ja") == ja


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("form", ["bool", "enum:PortState", "enum:Level", "enum:FilterMode", "enum:Gate", ""])
def test_what_is_shown_reads_back(form: str, lang: Lang) -> None:
    for value in ("true", "false", "open", "closed", "Administrator", "User", "Allow", "protected", "何か"):
        assert canonical_value(shown_value(value, form, lang), form) == value


@given(st.text(max_size=40), st.sampled_from(["", "bool", "enum:Level", "enum:NoSuchThing"]))
def test_any_text_can_be_read(text: str, form: str) -> None:
    assert isinstance(canonical_value(text, form), str)
