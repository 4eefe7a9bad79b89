"""The JSON result keeps to its published schema."""

import json
from dataclasses import replace

import jsonschema
import pytest
from sample_inspection import HOSTILE, sample

from fushinban.model.text import Lang
from fushinban.reports.result_json import make, schema, to_json


def test_the_schema_is_valid_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_result_keeps_to_the_schema(lang: Lang) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(make(sample(15), lang)))


def test_schema_refuses_what_is_not_said() -> None:
    result = to_json(sample(), "ja")
    result["findings"][0]["outcome"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(result)


def test_it_says_who_the_devices_are_and_what_they_did_not_answer() -> None:
    result = to_json(sample(), "ja")
    camera, silent = result["devices"][3], result["devices"][7]
    assert camera["name"] == "玄関カメラ"
    assert camera["accounts"][0] == {"name": "admin", "level": "Administrator"}
    assert {"fact": "system_log", "answer": "denied", "detail": "ログインが拒否されました。"} in camera["unanswered"]
    assert silent["reached"] is False
    assert result["started_at"] == "2026-11-23T01:04:00Z"
    assert result["discovery"]["gone"] == ["dev-gone"]
    assert sum(result["coverage"]["counts"].values()) == 115


def test_words_of_devices_are_kept_exactly() -> None:
    inspection = sample()
    first = inspection.records[0]
    odd = "\ud800 " + HOSTILE[3]
    records = (replace(first, device=replace(first.device, name=odd)), *inspection.records[1:])
    assert json.loads(make(replace(inspection, records=records), "ja"))["devices"][0]["name"] == odd
