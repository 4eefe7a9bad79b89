"""Logins for devices: names and what is known of their quality. Secrets go in and never come out."""

from datetime import datetime

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, page_of, read_cursor
from fushinban.api.problems import ProblemError, not_found
from fushinban.api.shapes import Given
from fushinban.check.credential import assess
from fushinban.errors import InputError
from fushinban.jobs.site_logins import check_name, context_of, names, site_of
from fushinban.makers import find_maker
from fushinban.messages import Text, say
from fushinban.model.rights import EVERYTHING, Permission
from fushinban.record.vault import VaultEntry, is_internal

RESOURCE = Resource("credentials", Text("ログイン情報", "Credentials"))

_EDIT = Permission.CREDENTIAL_EDIT


class CredentialOut(Schema):
    """A login by name; the secret is never shown. ログイン情報"""

    name: str = Field(examples=["shop-1-cameras"])
    username: str
    site: str | None = Field(description="The site it belongs to; null: the whole organisation. 使える現場")
    saved_at: datetime
    factory_default: bool | None = Field(description="A maker's published login; null: not judged. 初期パスワードか")
    on_published_list: bool | None
    score: int | None = Field(description="Strength, 0 to 4. 強度")


class CredentialIn(Given):
    """A login to keep."""

    username: str = Field(min_length=1, max_length=200)
    secret: str = Field(min_length=1, max_length=1000, json_schema_extra={"writeOnly": True, "format": "password"})
    site: str | None = Field(None, max_length=100)
    maker: str = Field("", max_length=100)


@RESOURCE.get(
    "/credentials", "listCredentials", Text("ログイン情報の一覧", "List credentials"), permission=_EDIT,
    answers={200: Page[CredentialOut]},
)  # fmt: skip
def list_credentials(call: Call, page: Query[PageQuery]) -> Page[CredentialOut]:
    """Names of the logins that the caller may change."""
    place = read_cursor("credentials", page.cursor)
    after = str(place[0]) if place else ""
    call.scope()
    found: list[CredentialOut] = []
    for name in (n for n in names(call.vault) if n > after):
        entry = call.vault.entry(name)
        if len(found) <= page.most and _mine(call, entry):
            found.append(_out(name, entry))
    return page_of("credentials", found, [(c.name,) for c in found], page.most)


@RESOURCE.put(
    "/credentials/{name}", "saveCredential", Text("ログイン情報を保管する", "Keep a credential"), permission=_EDIT,
    answers={200: CredentialOut},
)  # fmt: skip
def save_credential(call: Call, name: str, body: CredentialIn) -> CredentialOut:
    """Keep a login under a name, in the place of one of that name; its quality is judged without trying it."""
    if body.site is None:
        call.whole()
    else:
        call.site(body.site)
    check_name(name)
    if name in call.vault.names() and not _mine(call, call.vault.entry(name)):
        # Somebody else's name: it cannot be taken, and nothing is said of whose it is.
        raise ProblemError("conflict", say("api.name-taken"))
    quality = assess(body.username, body.secret, context=[name, body.username], maker=find_maker(body.maker), model="")
    context = context_of(body.site) if body.site else ""
    call.vault.put(name, body.username, body.secret, context, quality=quality)
    call.audit("credential.saved", "credential", name, site=body.site or "")
    return _out(name, call.vault.entry(name))


@RESOURCE.delete(
    "/credentials/{name}", "deleteCredential", Text("ログイン情報を消す", "Forget a credential"), permission=_EDIT,
    answers={204: None},
)  # fmt: skip
def delete_credential(call: Call, name: str) -> None:
    """Forget a login."""
    call.scope()
    try:
        entry = call.vault.entry(name)
    except InputError as error:
        raise not_found() from error
    if is_internal(name) or not _mine(call, entry):
        raise not_found()
    call.vault.remove(name)
    call.audit("credential.removed", "credential", name)


def _mine(call: Call, entry: VaultEntry) -> bool:
    if call.scope() == EVERYTHING:
        return True
    site = site_of(entry.context)
    return site is not None and call.caller.rights.may(_EDIT, site, call.store.ownership.of(site))


def _out(name: str, entry: VaultEntry) -> CredentialOut:
    quality = entry.quality
    return CredentialOut(
        name=name, username=entry.username, site=site_of(entry.context), saved_at=entry.saved_at,
        factory_default=bool(quality.factory_default) if quality else None,
        on_published_list=bool(quality.list_row) if quality else None, score=quality.score if quality else None,
    )  # fmt: skip
