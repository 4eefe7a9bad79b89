"""Every sentence stands in both languages with the same values, and every id used exists."""

import re
import string
import tomllib
from importlib import resources
from pathlib import Path

import pytest

import fushinban
from fushinban.messages import ids, say

SOURCE = Path(fushinban.__file__).parent
AREAS = sorted(f.name for f in resources.files("fushinban.messages").iterdir() if f.name.endswith(".toml"))

#: A courtesy that English does without, the joint between two sentences, and the blanks of a date.
MAY_BE_EMPTY = {"report.toml:to-customer", "report.toml:sentence-joint", "report.toml:year-month-day"}


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_the_same(area: str) -> None:
    table = tomllib.loads((SOURCE / "messages" / area).read_text(encoding="utf-8"))
    assert table
    for name, pair in table.items():
        assert set(pair) == {"ja", "en"}, name
        assert f"{area}:{name}" in MAY_BE_EMPTY or (pair["ja"].strip() and pair["en"].strip()), name
        assert names(pair["ja"]) == names(pair["en"]), name
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", pair["en"]) or area == "words.toml", f"Japanese in English: {name}"


def test_every_id_used_in_the_code_exists() -> None:
    known = ids()
    missing = []
    for path in SOURCE.rglob("*.py"):
        for used in re.findall(r"""\bsay\(\s*"([a-z_]+\.[\w-]+)\"""", path.read_text(encoding="utf-8")):
            if used not in known:
                missing.append(f"{path.name}: {used}")
    assert missing == []


def test_values_are_put_in_each_in_its_language() -> None:
    said = say("collect.not-allowed", test=say("words.testkind-anonymous"))
    assert "ログインなしの確認" in said.ja
    assert "Checks without login" in said.en


#: Words of the trade that could be spelt with a long vowel at the end, and are not.
SHORT = [
    "サーバ",
    "ブラウザ",
    "フォルダ",
    "コンピュータ",
    "ヘッダ",
    "ルータ",
    "レコーダ",
    "エンコーダ",
    "フィルタ",
    "プリンタ",
]


@pytest.mark.parametrize("area", AREAS)
def test_loan_words_are_spelt_in_one_way(area: str) -> None:
    text = (SOURCE / "messages" / area).read_text(encoding="utf-8")
    assert [word for word in SHORT if f"{word}ー" in text] == []
