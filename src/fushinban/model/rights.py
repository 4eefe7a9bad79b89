"""Who may do what, and where: roles, permissions and the sites they hold for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from fushinban.model.text import Named


class Permission(Named):
    """One kind of thing that a person or a token may do."""

    SITE_VIEW = "site-view"
    SITE_EDIT = "site-edit"
    INSPECTION_START = "inspection-start"
    ANSWER_EDIT = "answer-edit"
    FINDING_ACCEPT = "finding-accept"
    DOCUMENT_VIEW = "document-view"
    DOCUMENT_MAKE = "document-make"
    CREDENTIAL_EDIT = "credential-edit"
    READING_VIEW = "reading-view"
    SCHEDULE_EDIT = "schedule-edit"
    EXPORT = "export"
    PEOPLE_VIEW = "people-view"
    PEOPLE_EDIT = "people-edit"
    AUDIT_VIEW = "audit-view"
    SETTINGS_VIEW = "settings-view"
    SETTINGS_EDIT = "settings-edit"


class Role(Named):
    """What a person is for the sites of a grant."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    INSTALLER = "installer"
    AUDITOR = "auditor"
    CUSTOMER = "customer"


#: Roles of people from outside, and for how many days one is usually given: to the end of a hand-over, for a year.
OUTSIDE: Mapping[Role, int] = {Role.INSTALLER: 90, Role.CUSTOMER: 365}

_P = Permission

#: What each role may do. Whatever is not named here is refused.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.OPERATOR: frozenset(Permission)
    - {_P.PEOPLE_VIEW, _P.PEOPLE_EDIT, _P.AUDIT_VIEW, _P.SETTINGS_VIEW, _P.SETTINGS_EDIT},
    Role.INSTALLER: frozenset(
        {
            _P.SITE_VIEW,
            _P.SITE_EDIT,
            _P.INSPECTION_START,
            _P.ANSWER_EDIT,
            _P.DOCUMENT_VIEW,
            _P.DOCUMENT_MAKE,
            _P.CREDENTIAL_EDIT,
            _P.READING_VIEW,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.SITE_VIEW,
            _P.DOCUMENT_VIEW,
            _P.READING_VIEW,
            _P.EXPORT,
            _P.PEOPLE_VIEW,
            _P.AUDIT_VIEW,
            _P.SETTINGS_VIEW,
        }
    ),
    Role.CUSTOMER: frozenset({_P.SITE_VIEW, _P.DOCUMENT_VIEW}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One role for everything, for one customer's sites, or for one site, until it ends (aware UTC; None: no end).

    `customer` is the customer's number, `site` the site's id; both None means the whole organisation.
    """

    role: Role
    customer: int | None = None
    site: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the grant is in force at this moment."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteScope:
    """For which sites something is allowed: all of them, or those of some customers and some by name."""

    everything: bool = False
    customers: frozenset[int] = frozenset()
    sites: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.customers or self.sites)

    def covers(self, site: str, customer: int | None) -> bool:
        """Whether a site (and the customer it belongs to, where it has one) is inside."""
        return self.everything or site in self.sites or (customer is not None and customer in self.customers)


EVERYTHING = SiteScope(everything=True)
NOTHING = SiteScope()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """All that somebody may do now. A token's rights are its owner's, narrowed to `only`."""

    grants: tuple[Grant, ...] = ()
    only: frozenset[Permission] | None = field(default=None)

    def scope(self, permission: Permission) -> SiteScope:
        """The sites for which the permission holds."""
        return _scope(self._grants(permission))

    def may(self, permission: Permission, site: str | None = None, customer: int | None = None) -> bool:
        """Whether the permission holds for this site; without a site: for the organisation as a whole."""
        scope = self.scope(permission)
        return scope.everything if site is None else scope.covers(site, customer)

    def anywhere(self, permission: Permission) -> bool:
        """Whether the permission holds for at least one site."""
        return bool(self.scope(permission))

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held anywhere."""
        return frozenset(g.role for g in self.grants)

    def narrowed(self, only: Iterable[Permission]) -> "Rights":
        """The same rights, for these permissions only."""
        kept = frozenset(only)
        return Rights(grants=self.grants, only=kept if self.only is None else kept & self.only)

    def within(self, customer: int | None, site: str | None, owners: Mapping[str, int | None]) -> "Rights":
        """The same rights, for one customer's sites or one site only (neither: everywhere).

        `owners`: the customer of that site, or of the sites that grants name. What is not known to lie inside is out.
        """
        if customer is None and site is None:
            return self
        kept = (_inside(grant, customer, site, owners) for grant in self.grants)
        return Rights(grants=tuple(grant for grant in kept if grant is not None), only=self.only)

    def may_give(self, grant: Grant, customer_of_site: int | None = None) -> bool:
        """Whether somebody with these rights may give this grant: people's rights are theirs to edit there."""
        scope = self.scope(Permission.PEOPLE_EDIT)
        if grant.site is not None:
            return scope.covers(grant.site, customer_of_site)
        return scope.everything or (grant.customer is not None and grant.customer in scope.customers)

    def _grants(self, permission: Permission) -> tuple[Grant, ...]:
        if self.only is not None and permission not in self.only:
            return ()
        return tuple(g for g in self.grants if permission in PERMISSIONS[g.role])


def _inside(grant: Grant, customer: int | None, site: str | None, owners: Mapping[str, int | None]) -> Grant | None:
    """The part of a grant that lies inside a customer or a site; None where there is none."""
    if grant.site is not None:
        fits = grant.site == site if site is not None else owners.get(grant.site, None) == customer
        return grant if fits else None
    if grant.customer is not None:
        fits = owners.get(site) == grant.customer if site is not None else grant.customer == customer
        if not fits:
            return None
    return replace(grant, customer=None if site is not None else customer, site=site)


def _scope(grants: Iterable[Grant]) -> SiteScope:
    customers, sites = set[int](), set[str]()
    for grant in grants:
        if grant.site is not None:
            sites.add(grant.site)
        elif grant.customer is not None:
            customers.add(grant.customer)
        else:
            return EVERYTHING
    return SiteScope(customers=frozenset(customers), sites=frozenset(sites))
