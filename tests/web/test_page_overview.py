"""The list of all sites: page after page, in every order."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from fushinban import clock
from fushinban.model.overview import SitesSort
from fushinban.model.rights import Role
from fushinban.record.store import Store
from web.conftest import ClientFor
from web.page_samples import SEA, shown

SITES = 120


@pytest.mark.parametrize("asked", [*(f"sort={sort.value}" for sort in SitesSort), "need=due"])
def test_pages_go_on_where_the_last_ended(console: Store, client_for: ClientFor, asked: str) -> None:
    with console.together():
        for number in range(SITES):
            console.sites.save(replace(SEA, id=f"s-{number:03}", name=f"現場{number}"))
            console.overview.due(f"s-{number:03}", clock.now() + timedelta(days=number / SITES), "定期点検")
    client = client_for(Role.AUDITOR)
    address, seen = f"/?{asked}", list[str]()
    for _ in range(3):
        page = shown(client.get(address))
        seen += re.findall(r'href="/sites/(s-\d+)/"', page)
        address = "/" + "".join(map(html.unescape, re.findall(r'href="([^"]+)" rel="next"', page)))
    assert address == "/"
    assert sorted(set(seen)) == [f"s-{number:03}" for number in range(SITES)]
    assert len(seen) == SITES
