"""設定: the organisation, how much happens at once, how long things are kept, backups, webhooks."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse

from fushinban.errors import Conflict, InputError
from fushinban.jobs import webhooks as engine
from fushinban.jobs.backup import last_backup
from fushinban.jobs.durable.asking import ask_retention
from fushinban.jobs.webhooks import WebhookEvent
from fushinban.messages import Text, say
from fushinban.model.job import JobSettings, Keeping
from fushinban.model.rights import Permission
from fushinban.record.webhooks import Delivery, Webhook
from fushinban.web import organisation
from fushinban.web._page import Menu, Page, action
from fushinban.web.installation import current

_MANY = 100
_NUMBERS = ("inspections", "per_worker", "starts_per_minute", "site_pause", "late_days")
_KEEPING = ("transcripts", "records", "jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField:
    """One number of the form, with its words."""

    name: str
    label: Text
    help: Text
    value: str


class SettingsPage(Page):
    """All settings of the installation on one page; each part is saved by itself."""

    path = "settings/"
    name = "settings"
    permission = Permission.SETTINGS_VIEW
    template = "pages/settings.html"
    menu = Menu(label="page_settings.menu", order=220)

    def context(self, given: Mapping[str, str] | None = None) -> Mapping[str, object]:
        """What holds; or, after a refusal, what was given."""
        saved = self.store.job_settings.get()
        shown = given or _plain(saved.settings)
        return {
            "organisation_name": organisation.name(),
            "numbers": tuple(_field(name, shown) for name in _NUMBERS),
            "keeping": tuple(_field(f"keep_{name}", shown) for name in _KEEPING),
            "schedules": shown.get("schedules") == "on",
            "version": saved.version,
            "backup": last_backup(self.store.data_dir),
            "webhooks": self.store.webhooks.page("", _MANY),
            "events": tuple(WebhookEvent),
            "may_edit": self.rights.may(Permission.SETTINGS_EDIT),
            "place": self.store.place,
            "data_dir": self.store.data_dir,
            "head": self.store.audit.head,
        }

    @action(Permission.SETTINGS_EDIT)
    def name_organisation(self) -> HttpResponse:
        """Give the organisation its name."""
        given = self.request.POST.get("name", "").strip()
        if not given or len(given) > organisation.LONGEST:
            raise InputError(say("page_settings.bad-name"))
        organisation.rename(given)
        self.tell(say("page_settings.saved"))
        return self.to("settings")

    @action(Permission.SETTINGS_EDIT)
    def save(self) -> HttpResponse:
        """Keep the settings of jobs; somebody else's meanwhile is a conflict, never overwritten."""
        given = {key: str(value) for key, value in self.request.POST.items()}
        try:
            wanted = _settings(given)
            self.store.job_settings.save(wanted, _whole(given.get("version", ""), "version"))
        except Conflict as error:
            # What was given stays in the form, now upon the newest state: saving again is a decision.
            return self.show({**self.context(given), "wrong": error.text}, status=409)
        except InputError as error:
            return self.show({**self.context(given), "wrong": error.text}, status=422)
        self.tell(say("page_settings.saved"))
        return self.to("settings")

    @action(Permission.SETTINGS_EDIT)
    def clear_up(self) -> HttpResponse:
        """Delete now what is older than it is to be kept."""
        ask_retention(self.store, self.request.actor.name)
        self.tell(say("page_settings.clearing"))
        return self.to("settings")

    @action(Permission.SETTINGS_EDIT)
    def subscribe(self) -> HttpResponse:
        """Make a webhook; its secret is shown this once."""
        events = [e for e in WebhookEvent if e.value in self.request.POST.getlist("event")]
        if not events:
            raise InputError(say("page_settings.no-event"))
        url, remark = self.request.POST.get("url", "").strip()[:2000], self.request.POST.get("note", "").strip()[:200]
        made = engine.subscribe(
            self.store, current().vault, url, events, note=remark, by=self.request.actor.name,
            rules=engine.rules_from(os.environ),
        )  # fmt: skip
        return self.show({"webhook": made.webhook, "secret": made.secret}, template="pages/webhook_made.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One delivery, and whether it arrived."""

    delivery: Delivery
    state: Text


class WebhookPage(Page):
    """One webhook: what it hears of, and what became of each delivery."""

    path = "settings/webhooks/<str:webhook_id>/"
    name = "webhook"
    permission = Permission.SETTINGS_VIEW
    template = "pages/webhook.html"

    def context(self, webhook_id: str) -> Mapping[str, object]:
        """The subscription and its newest deliveries."""
        webhook = self._webhook(webhook_id)
        rows = [
            DeliveryRow(delivery=d, state=_state(d)) for d in self.store.webhooks.deliveries(webhook_id, None, _MANY)
        ]
        return {
            "webhook": webhook,
            "rows": rows,
            "events": tuple(e for e in WebhookEvent if e.value in webhook.events),
            "may_edit": self.rights.may(Permission.SETTINGS_EDIT),
        }

    @action(Permission.SETTINGS_EDIT)
    def test(self, webhook_id: str) -> HttpResponse:
        """Put a test event on the way."""
        engine.send_test(self.store, self._webhook(webhook_id))
        self.tell(say("page_settings.test-sent"))
        return self.to("webhook", webhook_id=webhook_id)

    @action(Permission.SETTINGS_EDIT)
    def again(self, webhook_id: str) -> HttpResponse:
        """Send one delivery again."""
        self._webhook(webhook_id)
        delivery = self.store.webhooks.delivery(webhook_id, self.request.POST.get("delivery", "")[:100])
        if delivery is None:
            raise Http404
        engine.redeliver(self.store, delivery)
        self.tell(say("page_settings.again-sent"))
        return self.to("webhook", webhook_id=webhook_id)

    @action(Permission.SETTINGS_EDIT)
    def switch(self, webhook_id: str) -> HttpResponse:
        """Stop it, or start it again."""
        known = self._webhook(webhook_id)
        changed = self.store.webhooks.change(
            webhook_id, known.version, known.url, known.events, known.note, not known.active
        )
        if changed is not None:
            self.tell(say("page_settings.saved"))
        return self.to("webhook", webhook_id=webhook_id)

    @action(Permission.SETTINGS_EDIT)
    def remove(self, webhook_id: str) -> HttpResponse:
        """Forget it, its log and its secret."""
        known = self._webhook(webhook_id)
        asked = self.confirm(
            title=say("page_settings.remove-title"),
            sentences=(say("page_settings.remove-what", url=known.url),),
            button=say("page_settings.remove"),
        )
        if asked is not None:
            return asked
        engine.unsubscribe(self.store, current().vault, known)
        self.tell(say("page_settings.removed"))
        return self.to("settings")

    def _webhook(self, webhook_id: str) -> Webhook:
        found = self.store.webhooks.get(webhook_id) if len(webhook_id) <= 100 else None
        if found is None:
            raise Http404
        return found


def _plain(settings: JobSettings) -> dict[str, str]:
    """The settings as the form shows them; empty: for ever."""
    shown = {name: str(getattr(settings, name)) for name in _NUMBERS}
    shown |= {f"keep_{name}": _days(getattr(settings.keeping, name)) for name in _KEEPING}
    return shown | ({"schedules": "on"} if settings.schedules else {})


def _days(days: int | None) -> str:
    return "" if days is None else str(days)


def _settings(given: Mapping[str, str]) -> JobSettings:
    numbers: dict[str, Any] = {name: _whole(given.get(name, ""), name) for name in _NUMBERS}
    days = {
        name: _whole(text, f"keep-{name}") if (text := given.get(f"keep_{name}", "").strip()) else None
        for name in _KEEPING
    }
    return JobSettings(**numbers, schedules=given.get("schedules") == "on", keeping=Keeping(**days))


def _whole(text: str, name: str) -> int:
    given = text.strip()
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        label = say("page_settings.menu") if name == "version" else say(f"jobs.setting-{name}")
        raise InputError(say("page_settings.not-a-number", name=label))
    return int(given)


def _field(name: str, shown: Mapping[str, str]) -> NumberField:
    word = name.replace("keep_", "keep-")
    return NumberField(
        name=name, label=say(f"jobs.setting-{word}"), help=say(f"page_settings.help-{word.replace('_', '-')}"),
        value=shown.get(name, ""),
    )  # fmt: skip


def _state(delivery: Delivery) -> Text:
    if delivery.delivered_at is not None:
        return say("page_settings.delivered")
    return say("page_settings.waiting") if delivery.due_at is not None else say("page_settings.gave-up")


PAGES = (SettingsPage, WebhookPage)
