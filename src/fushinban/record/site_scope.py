"""Which rows somebody may see: a scope of sites as a condition on a column that holds a site's id."""

from django.db.models import Q

from fushinban.model.rights import SiteScope
from fushinban.record.models import SiteRow


def in_scope(scope: SiteScope, alias: str, column: str = "site") -> Q:
    """The condition that the row's site is inside the scope. Nothing is inside an empty scope."""
    if scope.everything:
        return Q()
    inside = Q(**{f"{column}__in": sorted(scope.sites)})
    if scope.customers:
        sites = SiteRow._base_manager.using(alias).filter(owner_id__in=sorted(scope.customers))
        inside |= Q(**{f"{column}__in": sites.values("id")})
    return inside
