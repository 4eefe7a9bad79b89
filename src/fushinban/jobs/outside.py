"""A look from outside at a site's line: asked of its reflector, over IPv4 and IPv6, believed when signed, kept."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from fushinban import clock
from fushinban.errors import DeviceError, InputError, OutOfScope
from fushinban.jobs.behind import behind
from fushinban.jobs.site_file import SiteFile, check_authorisation
from fushinban.jobs.site_logins import entry_of, site_of
from fushinban.jobs.site_reflector import ReflectorRule, rules_for
from fushinban.messages import Text
from fushinban.model.outside import OutsideLook
from fushinban.model.reflection import Reflection
from fushinban.model.text import say
from fushinban.record.store import Store
from fushinban.record.vault import Vault, is_internal
from fushinban.transport.outward import TlsContext
from fushinban.transport.reflector import ReflectorPlace, ask_reflector

_FAMILIES = (4, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideResult:
    """What came of a look: the looks that were kept, and by family (4, 6) why there is none."""

    looks: tuple[OutsideLook, ...]
    missing: Mapping[int, Text]


def look_from_outside(
    site_file: SiteFile, store: Store, vault: Vault, environ: Mapping[str, str], context: TlsContext | None = None
) -> OutsideResult:
    """Ask the site's reflector now and keep what it saw; up to about 80 seconds. Not to be called in an event loop.

    Raises InputError where the site file names no reflector or its token cannot be found, OutOfScope where the
    authorisation does not hold now. A reflector that is down, refuses or is not believed is told in `missing`.
    """
    rule = site_file.reflector
    if rule is None:
        raise InputError(say("reflector.not-set"))
    check_authorisation(site_file.authorisation, clock.now())
    token = _token(rule, site_file.site.id, vault, environ)
    place = ReflectorPlace(address=rule.address, key=rule.key, token=token, rules=rules_for(rule.address))
    asked = asyncio.run(_ask(place, context))
    missing = {family: found for family, found in asked.items() if isinstance(found, Text)}
    with store.together():
        store.sites.save(site_file.site, site_file.authorisation)
        looks = tuple(
            store.outside.keep(site_file.site.id, rule.key, found, behind(store, site_file, found, rule.key))
            for found in asked.values()
            if not isinstance(found, Text)
        )
    return OutsideResult(looks=looks, missing=missing)


async def _ask(place: ReflectorPlace, context: TlsContext | None) -> dict[int, Reflection | Text]:
    """One look per family, or the sentence that says why there is none."""

    async def one(family: int) -> Reflection | Text:
        try:
            return await ask_reflector(place, family, context)
        except (DeviceError, OutOfScope) as error:
            return error.text

    found = await asyncio.gather(*map(one, _FAMILIES))
    return dict(zip(_FAMILIES, found, strict=True))


def _token(rule: ReflectorRule, site_id: str, vault: Vault, environ: Mapping[str, str]) -> str:
    source, _, name = rule.token_ref.partition(":")
    if source == "vault":
        entry = entry_of(vault, rule.token_ref)
        if is_internal(name) or (entry is not None and site_of(entry.context) not in (None, site_id)):
            raise InputError(say("reflector.not-ours", name=name))
        return vault.get(name).secret
    token = environ.get(name)
    if not token:
        raise InputError(say("reflector.no-token", name=name))
    return token
