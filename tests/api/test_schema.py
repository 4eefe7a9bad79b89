"""schemathesis against the running API: what it describes is what it does, whatever is sent."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation.modes import GenerationMode

from api.api_world import World
from fushinban.api.application import openapi
from fushinban.model.rights import Role

load_all_checks()

SCHEMA = schemathesis.openapi.from_dict(dict(openapi())).exclude(
    # The stream does not end by itself; the token that is used must live.
    operation_id=["streamJobs", "revokeToken"]
)

# Every form of every value would take minutes; what is drawn at random holds both fitting and unfitting requests.
SCHEMA.config.phases.coverage.enabled = False

#: It takes no refusal of a request that fits the schema; ours below takes one that gives its reason.
OWN = CHECKS.get_one("positive_data_acceptance")

#: What a schema cannot say: a cursor that was signed, an IP address, a text without NUL,
#: what a TOML text or a list of ids must hold.
REASONS = frozenset({"query/cursor", "query/address", "#/toml", "#/files", "#/file"})


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=6, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_the_api_does_what_it_describes(case: Any, live: tuple[str, World]) -> None:
    address, world = live
    headers = {"Authorization": f"Bearer {world.tokens[Role.ADMINISTRATOR]}"}
    response = case.call(base_url=f"{address}/api/v1", headers=headers, timeout=20)
    case.validate_response(response, headers=headers, excluded_checks=[OWN])
    assert response.status_code < 500
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if response.status_code == 422:
        body = response.json()
        pointers = {e["pointer"] for e in body.get("errors", ())}
        unfit = any("NUL" in e["detail"] for e in body.get("errors", ()))
        assert body.get("detail") or pointers <= REASONS or unfit, body
