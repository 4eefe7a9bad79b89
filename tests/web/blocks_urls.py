"""The addresses of the console and, for looking at, a page with every building block in it."""

from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.urls import path

from fushinban import clock
from fushinban.messages import Text
from fushinban.model.control import Outcome, Severity
from fushinban.web import urls
from fushinban.web._page import Access, Page, action
from fushinban.web.listing import Column, make_listing

HOSTILE = '<script>alert("x")</script>'


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(initial="本町店")
    kind = forms.ChoiceField(choices=[("shop", "店舗"), ("office", "事務所")])
    note = forms.CharField(widget=forms.Textarea, required=False)
    wrong = forms.CharField()
    agreed = forms.BooleanField(required=False)


def _rows() -> list[SimpleNamespace]:
    now = clock.now()
    names = ("駅前本店", "Kamogawa warehouse 3", HOSTILE, "とても長い名前の現場・第二別館北側駐車場および自転車置場")
    outcomes = (Outcome.FAIL, Outcome.PASS, Outcome.UNKNOWN, Outcome.ERROR)
    return [
        SimpleNamespace(
            name=name, outcome=outcome, devices=12 * n + 1, seen=now - timedelta(hours=7 * n + 1), severity=s
        )
        for n, (name, outcome, s) in enumerate(zip(names, outcomes, list(Severity), strict=False))
    ]


COLUMNS = (
    Column(key="name", label=Text("現場", "Site"), sort="name", fixed=True),
    Column(key="outcome", label=Text("状態", "State")),
    Column(key="severity", label=Text("重大さ", "Severity"), sort="worst"),
    Column(key="devices", label=Text("機器", "Devices"), number=True),
    Column(key="seen", label=Text("最終点検", "Last inspection"), sort="seen"),
    Column(key="actions", label=Text("操作", "Actions")),
)


class BlocksPage(Page):
    """Every block."""

    path = "dev/blocks/"
    name = "blocks"
    permission = Access.SIGNED_IN
    template = "tests/blocks.html"

    def context(self) -> Mapping[str, object]:
        """Samples."""
        form = SampleForm(data={"name": "本町店", "kind": "shop", "wrong": "", "note": ""})
        form.is_valid()
        none = Text(
            "まだ現場がありません。最初の現場を登録してください。", "There is no site yet. Please add the first one."
        )
        listing = make_listing(
            self.request, "sample", COLUMNS, _rows(), empty=none, following="abc", total=12345, sort="worst"
        )
        empty = make_listing(
            self.request,
            "none",
            COLUMNS,
            (),
            empty=none,
            empty_step=Text("現場を登録する", "Add a site"),
            empty_address="/",
        )
        now = clock.now()
        return {
            "listing": listing, "empty_listing": empty, "form": form, "outcomes": list(Outcome),
            "severities": list(Severity), "now": now, "past": now - timedelta(days=3),
            "ahead": now + timedelta(days=40),
            "sha": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "hostile": HOSTILE,
            "drawing": '<svg viewBox="0 0 60 20" width="60" height="20"><rect width="60" height="20" rx="4"/></svg>',
        }  # fmt: skip

    @action(Access.SIGNED_IN)
    def remove(self) -> object:
        """Asks before it does nothing."""
        asked = self.confirm(
            title=Text("現場「本町店」を削除しますか", "Remove the site “Honmachi”?"),
            sentences=(Text("点検も削除します。元に戻せません。", "Its inspections go too. This cannot be undone."),),
            button=Text("削除する", "Remove it"), typed="本町店",
        )  # fmt: skip
        if asked is not None:
            return asked
        self.tell(Text("削除しました。", "It was removed."))
        return self.to("blocks")


urlpatterns = [*urls.urlpatterns, path(BlocksPage.path, BlocksPage.as_view(), name=BlocksPage.name)]
handler429 = urls.handler429
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
