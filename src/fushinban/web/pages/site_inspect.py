"""点検を始める: the inspection of one site, after saying what will happen."""

from collections.abc import Mapping

from django.http import HttpResponse

from fushinban import clock
from fushinban.messages import Lang, say
from fushinban.model.rights import Permission
from fushinban.model.site import InspectionKind, TestKind
from fushinban.web._page import Page, action
from fushinban.web.pages import _ask
from fushinban.web.pages.jobs import choice


class SiteInspectPage(Page):
    """What is asked before an inspection."""

    path = "sites/<str:site_id>/inspect/"
    name = "site-inspect"
    permission = Permission.INSPECTION_START
    template = "pages/site_inspect.html"

    def context(self, site_id: str) -> Mapping[str, object]:
        """Kind and documents; what the authorisation allows, and whether it holds."""
        site, now = self.site(site_id), clock.now()
        allowed = self.store.sites.authorisation(site.id)
        newest = self.store.inspections.newest_entry(site.id)
        return {
            "site": site,
            "kinds": [(k, say(f"page_inspections.kind-{k.value}")) for k in InspectionKind],
            "usual": InspectionKind.PERIODIC if newest is not None else InspectionKind.INSTALLATION,
            "allowed": allowed,
            "tests": [t for t in TestKind if allowed is not None and t in allowed.tests],
            "holds": allowed is not None and allowed.start <= now <= allowed.end,
            "set_up": self.store.setups.get(site.id) is not None,
            "job": self.store.jobs.active(site.id),
            "may_edit": self.rights.may(Permission.SITE_EDIT, site.id, self.store.ownership.of(site.id)),
        }

    @action(Permission.INSPECTION_START)
    def start(self, site_id: str) -> HttpResponse:
        """Ask for it, and go where it can be watched."""
        site, given = self.site(site_id), self.request.POST
        kind = choice(InspectionKind, given.get("kind")) or InspectionKind.PERIODIC
        lang: Lang = "en" if given.get("lang", self.lang) == "en" else "ja"
        job = _ask.inspection(self, site.id, kind, documents=bool(given.get("documents")), lang=lang)
        return self.to("job", job_id=job.id)


PAGES = (SiteInspectPage,)
