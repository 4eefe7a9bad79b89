"""Forms for the sections of a site's set-up. What they hold is judged as a site file is (`jobs.site_form`)."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from fushinban import clock
from fushinban.jobs.site_file import BOUNDS, SiteFile
from fushinban.jobs.site_form import Problems, Sections
from fushinban.jobs.site_setup import export_toml
from fushinban.makers import makers
from fushinban.messages import Lang, Text, ids, say
from fushinban.model.details import DATES, DETAILS
from fushinban.model.device import DeviceKind
from fushinban.model.discovery import Method
from fushinban.model.site import USUAL_TESTS, Network, SiteKind, TestKind

#: Empty rows that the form for devices always has at its end, and rows at most.
BLANK_ROWS = 3
MOST_ROWS = 2000

_PORT = re.compile(r"([A-Za-z0-9-]+)[=:]([0-9]+)|([0-9]+)")
_LIMITS: Mapping[str, type[int] | type[float]] = {
    "device_connections": int, "site_connections": int, "port_gap": float, "request_gap": float,
    "connect_timeout": float, "probe_timeout": float, "read_timeout": float, "body_bytes": int,
    "device_minutes": float,
}  # fmt: skip


class _Words(forms.CharField):
    """Text that Django does not judge: the checks of a site file do, in their own sentences."""

    def validate(self, value: object) -> None:
        """Nothing."""

    def run_validators(self, value: object) -> None:
        """Nothing."""


class SectionForm(forms.Form):
    """The form of one section. `paths`: field by the place in the section of which the checks complain."""

    paths: ClassVar[Mapping[str, str]] = {}

    def __init__(self, lang: Lang, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang: Lang = lang
        for name, field in self.fields.items():
            self._word(name, field)

    def _word(self, name: str, field: forms.Field) -> None:
        known = name if f"page_wizard.field-{name}" in _MESSAGES else ""
        if known:
            field.label = say(f"page_wizard.field-{known}").of(self.lang)
        if f"page_wizard.help-{name}" in _MESSAGES:
            field.help_text = say(f"page_wizard.help-{name}").of(self.lang)

    def words(self, name: str) -> str:
        """What was typed into a field."""
        return str(self.cleaned_data.get(name) or "").strip()

    def complain(self, problems: Problems) -> None:
        """Show each problem at its field, or above the form where it belongs to none."""
        for path, text in problems.items():
            field = self.paths.get(".".join(str(step) for step in path[1:] if not isinstance(step, int)))
            self.add_error(field if field in self.fields else None, text.of(self.lang))


class SiteForm(SectionForm):
    """What the place is, and whose."""

    customer = _Words(max_length=200, required=False, widget=forms.TextInput(attrs={"list": "customers"}))
    name = _Words(max_length=200)
    id = _Words(max_length=64, required=False, widget=forms.TextInput(attrs={"autocapitalize": "none"}))
    kind = _Words(widget=forms.Select())
    paths: ClassVar[Mapping[str, str]] = {
        "id": "id", "name": "name", "customer": "customer", "kind": "kind",
        **{f"details.{key}": f"detail-{key}" for key in DETAILS},
    }  # fmt: skip

    def __init__(self, lang: Lang, *args: Any, only: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(lang, *args, **kwargs)
        self.fields["kind"].widget.choices = [(k.value, k.label.of(lang)) for k in SiteKind]
        for key, label in DETAILS.items():
            help_text = say("page_wizard.help-detail-date").of(lang) if key in DATES else ""
            self.fields[f"detail-{key}"] = _Words(
                label=label.of(lang), required=False, max_length=1000, help_text=help_text
            )
        kept = set(only)
        for name in [n for n in self.fields if kept and n not in kept]:
            del self.fields[name]

    @property
    def details(self) -> list[forms.BoundField]:
        """The optional facts."""
        return [self[name] for name in self.fields if name.startswith("detail-")]

    @property
    def details_open(self) -> bool:
        """Whether one of them is wrong."""
        return any(bound.errors for bound in self.details)

    def section(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The section `site`; what this form does not ask is as before."""
        asked: dict[str, Any] = {
            name: self.words(name) for name in ("id", "name", "customer", "kind") if name in self.fields
        }
        details = dict(before.get("details") or {})
        for name in self.fields:
            if name.startswith("detail-"):
                details[name.removeprefix("detail-")] = self.words(name)
        return {**before, **asked, "details": {key: text for key, text in details.items() if text}}

    @staticmethod
    def initial_of(section: Mapping[str, Any]) -> dict[str, Any]:
        """The form's values for a section."""
        details = {f"detail-{key}": text for key, text in (section.get("details") or {}).items()}
        plain: dict[str, Any] = {key: section[key] for key in ("id", "name", "customer", "kind") if key in section}
        return plain | details


class AuthorisationForm(SectionForm):
    """What the owner allowed."""

    allowed_by = _Words(max_length=200)
    allowed_from = _Words()
    allowed_until = _Words()
    networks = _Words(widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}))
    allowed_note = _Words(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    paths: ClassVar[Mapping[str, str]] = {
        "by": "allowed_by", "from": "allowed_from", "until": "allowed_until", "networks": "networks",
        "note": "allowed_note",
    }  # fmt: skip

    def __init__(self, lang: Lang, *args: Any, **kwargs: Any) -> None:
        super().__init__(lang, *args, **kwargs)
        for name in ("allowed_from", "allowed_until"):
            shown = str(self.data.get(name) or self.initial.get(name) or "")
            kind = "datetime-local" if "T" in shown else "date"
            self.fields[name].widget = _TypedInput(kind)

    @property
    def tests(self) -> list[tuple[TestKind, Text, bool]]:
        """Every kind of test, what it means, and whether it is chosen."""
        data = self.data
        if isinstance(data, QueryDict):
            chosen = set(data.getlist("tests"))
        else:
            chosen = set(self.initial.get("tests") or [t.value for t in USUAL_TESTS])
        return [(t, say(f"page_wizard.test-{t.value}"), t.value in chosen) for t in TestKind]

    def section(self) -> dict[str, Any]:
        """The section `authorisation`."""
        given = self.data
        tests = given.getlist("tests") if isinstance(given, QueryDict) else []
        found = {
            "by": self.words("allowed_by"), "from": self.words("allowed_from"), "until": self.words("allowed_until"),
            "networks": networks_of(self.words("networks")), "tests": [t[:40] for t in tests[:20]],
        }  # fmt: skip
        note = self.words("allowed_note")
        return {**found, "note": note} if note else found

    @staticmethod
    def initial_of(section: Mapping[str, Any]) -> dict[str, Any]:
        """The form's values for a section."""
        return {
            "allowed_by": section.get("by", ""), "allowed_from": section.get("from", ""),
            "allowed_until": section.get("until", ""), "networks": "\n".join(section.get("networks", ())),
            "allowed_note": section.get("note", ""), "tests": section.get("tests"),
        }  # fmt: skip


class DeviceForm(SectionForm):
    """One listed device."""

    address = _Words(required=False, max_length=60, widget=forms.TextInput(attrs={"autocapitalize": "none"}))
    device_kind = _Words(required=False, widget=forms.Select())
    device_name = _Words(required=False, max_length=200)
    ports = _Words(required=False, max_length=400, widget=forms.TextInput(attrs={"autocapitalize": "none"}))
    device_note = _Words(required=False, max_length=2000)
    device_maker = _Words(required=False, max_length=100, widget=forms.TextInput(attrs={"list": "makers"}))
    device_key = _Words(
        required=False, max_length=200, widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"})
    )
    ignored = forms.BooleanField(required=False)
    device_id = _Words(required=False, max_length=64, widget=forms.HiddenInput())
    paths: ClassVar[Mapping[str, str]] = {
        "address": "address", "kind": "device_kind", "name": "device_name", "note": "device_note", "id": "address",
        "ports": "ports", "maker": "device_maker", "ssh_host_key": "device_key",
    }  # fmt: skip

    def __init__(self, lang: Lang, *args: Any, **kwargs: Any) -> None:
        super().__init__(lang, *args, **kwargs)
        kinds = [(k.value, k.label.of(lang)) for k in DeviceKind]
        self.fields["device_kind"].widget.choices = kinds

    def complain(self, problems: Problems) -> None:
        """A port is shown at the field for ports."""
        short = {(path[0], path[2]) if "ports" in path else (path[0], *path[2:]): t for path, t in problems.items()}
        super().complain(short)

    @property
    def more(self) -> bool:
        """Whether what few devices need is filled in, or wrong."""
        names = ("device_maker", "device_key")
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def blank(self) -> bool:
        """Whether nothing was written."""
        told = ("address", "device_name", "ports", "device_note", "device_maker", "device_key")
        return not any(self.words(name) for name in told)

    def row(self) -> dict[str, Any]:
        """The table `[[device]]`."""
        texts = {
            "address": unicodedata.normalize("NFKC", self.words("address")), "kind": self.words("device_kind"),
            "name": self.words("device_name"), "note": self.words("device_note"), "id": self.words("device_id"),
            "maker": self.words("device_maker"), "ssh_host_key": self.words("device_key"),
        }  # fmt: skip
        row: dict[str, Any] = {key: text for key, text in texts.items() if text or key == "address"}
        if self.cleaned_data.get("ignored"):
            row["ignored"] = True
        ports = ports_of(self.words("ports"))
        return {**row, "ports": ports} if ports else row

    @staticmethod
    def initial_of(row: Mapping[str, Any]) -> dict[str, Any]:
        """The form's values for a device."""
        return {
            "address": row.get("address", ""), "device_kind": row.get("kind", DeviceKind.CAMERA.value),
            "device_name": row.get("name", ""), "device_note": row.get("note", ""), "device_id": row.get("id", ""),
            "ignored": row.get("ignored", False),
            "device_maker": row.get("maker", ""), "device_key": row.get("ssh_host_key", ""),
            "ports": ", ".join(f"{name}={port}" for name, port in (row.get("ports") or {}).items()),
        }  # fmt: skip


class FindingForm(SectionForm):
    """How devices are found, and those that are listed."""

    def __init__(self, lang: Lang, data: QueryDict | None = None, *, sections: Sections) -> None:
        super().__init__(lang, data)
        self._methods = set((sections.get("discovery") or {}).get("methods") or ())
        self.rows = _rows(lang, data, sections.get("device") or ())
        self.whole: list[str] = []

    @property
    def methods(self) -> list[tuple[Method, Text, bool]]:
        """Every way to find devices but the list, what it means, and whether it is chosen."""
        data = self.data
        chosen = set(data.getlist("methods")) if isinstance(data, QueryDict) and data else self._methods
        usual = {Method.WS_DISCOVERY.value, Method.SWEEP.value}
        chosen = chosen or (set() if self.filled else usual)
        return [(m, say(f"page_wizard.method-{m.value}"), m.value in chosen) for m in Method if m is not Method.LISTED]

    @property
    def makers(self) -> list[str]:
        """Names of makers, for choosing."""
        return sorted({m.name_ja if self.lang == "ja" else m.name for m in makers().values() if not m.lab})

    @property
    def filled(self) -> bool:
        """Whether a device is listed."""
        return any(not row.is_bound or not row.blank for row in self.rows if row.is_bound or row.initial.get("address"))

    def sections(self) -> dict[str, Any]:
        """The sections `discovery` and `device`. Listed devices are always asked."""
        data = self.data
        chosen = [m[:40] for m in data.getlist("methods")[:20]] if isinstance(data, QueryDict) else []
        devices = [row.row() for row in self.rows if row.is_valid() and not row.blank]
        methods = [m for m in chosen if m != Method.LISTED.value]
        if devices:
            methods = [Method.LISTED.value, *methods]
        found: dict[str, Any] = {"device": devices}
        return {**found, "discovery": {"methods": methods}} if methods else found

    def complain(self, problems: Problems) -> None:
        """Each problem at its device."""
        written = [row for row in self.rows if row.is_valid() and not row.blank]
        for path, text in problems.items():
            if len(path) > 2 and path[0] == "device" and isinstance(path[1], int) and path[1] < len(written):
                written[path[1]].complain({path: text})
            else:
                self.whole.append(text.of(self.lang))


class LimitsForm(SectionForm):
    """How gently the site is touched."""

    paths: ClassVar[Mapping[str, str]] = {name: name for name in _LIMITS}

    def __init__(self, lang: Lang, *args: Any, **kwargs: Any) -> None:
        super().__init__(lang, *args, **kwargs)
        for name, kind in _LIMITS.items():
            least, most = BOUNDS[name]
            step = "1" if kind is int else "any"
            widget = forms.NumberInput(attrs={"min": f"{least:g}", "max": f"{most:.0f}", "step": step})
            self.fields[name] = field = _Words(required=False, widget=widget)
            self._word(name, field)

    def section(self) -> dict[str, Any]:
        """The section `limits`; what is empty is as usual."""
        return {name: _number(self.words(name), kind) for name, kind in _LIMITS.items() if self.words(name)}


class _TypedInput(forms.TextInput):
    """A text input of another type of HTML."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.input_type = kind


def sections_of(site_file: SiteFile) -> dict[str, Any]:
    """A site file as its sections; times as forms show them (Japan's)."""
    found = tomllib.loads(export_toml(site_file))
    allowed, authorisation = found["authorisation"], site_file.authorisation
    allowed["from"] = _shown(authorisation.start, time.min)
    allowed["until"] = _shown(authorisation.end, time.max)
    found["site"]["kind"] = site_file.site.kind.value
    allowed["networks"] = [short_network(network) for network in authorisation.networks]
    for row, rule in zip(found.get("credential", ()), site_file.credentials, strict=True):
        row["match"] = short_network(rule.match)
    return found


def short_network(network: Network) -> str:
    """A network as people write it: one address alone without its length."""
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def networks_of(text: str) -> list[str]:
    """Networks as people write them: one a line, or with commas; wide letters are taken for plain ones."""
    return [part for part in re.split(r"[\s,、，;]+", unicodedata.normalize("NFKC", text)) if part][:1000]


def ports_of(text: str) -> dict[str, int | str]:
    """`http=8080, rtsp=8554`, or a number alone for the web port; what is neither is kept for the complaint."""
    ports: dict[str, int | str] = {}
    for part in re.split(r"[\s,、，;]+", unicodedata.normalize("NFKC", text)):
        found = _PORT.fullmatch(part)
        if found is not None:
            ports[found[1] or "http"] = int((found[2] or found[3])[:9])
        elif part:
            ports[part[:40]] = part
    return ports


def _rows(lang: Lang, data: QueryDict | None, devices: Iterable[Mapping[str, Any]]) -> list[DeviceForm]:
    if data is None:
        filled = [
            DeviceForm(lang, prefix=f"device-{n}", initial=DeviceForm.initial_of(d)) for n, d in enumerate(devices)
        ]
        blank = DeviceForm.initial_of({})
        more = range(len(filled), len(filled) + BLANK_ROWS)
        return [*filled, *(DeviceForm(lang, prefix=f"device-{n}", initial=blank) for n in more)]
    given = str(data.get("rows", ""))
    count = min(int(given), MOST_ROWS) if given.isascii() and given.isdigit() and len(given) < 6 else 0
    bound = [DeviceForm(lang, data, prefix=f"device-{n}") for n in range(count)]
    for form in bound:
        form.is_valid()
    return bound


def _number(text: str, kind: type[int] | type[float]) -> int | float | str:
    try:
        return kind(unicodedata.normalize("NFKC", text)[:20])
    except ValueError:
        return text[:20]


def _shown(moment: datetime, whole: time) -> str:
    local = clock.in_japan(moment)
    if local.time() == whole:
        return local.date().isoformat()
    return local.replace(tzinfo=None).isoformat(timespec="seconds" if local.second else "minutes")


_MESSAGES = ids()
