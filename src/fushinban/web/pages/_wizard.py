"""What the wizard for a new site knows of its steps, apart from answering requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fushinban.jobs.site_file import CredentialKind
from fushinban.jobs.site_form import Problems, Sections, problems_of
from fushinban.jobs.site_logins import entry_of
from fushinban.messages import Text, say
from fushinban.model.details import DETAILS
from fushinban.web.installation import current

STEPS = ("customer", "site", "authorisation", "devices", "logins", "summary")
#: Things that are offered for choosing at most; any other can be typed.
OFFERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as the head of the page shows it. `open`: can be gone to."""

    name: str
    number: int
    here: bool
    done: bool
    open: bool

    @property
    def label(self) -> Text:
        """What it is called."""
        return say(f"page_wizard.step-{self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLine:
    """A login of the site as it is listed: never its secret. `kept`: its secret is in the vault."""

    number: int
    match: str
    username: str
    kept: bool


def login_lines(rules: Sequence[Mapping[str, Any]]) -> tuple[LoginLine, ...]:
    """Logins as they are listed."""
    return tuple(
        LoginLine(number=n, match=r["match"], username=_whose(r), kept=is_kept(r)) for n, r in enumerate(rules)
    )


def _whose(rule: Mapping[str, Any]) -> str:
    """Whose login it is; a community of SNMP is nobody's."""
    return f"{'SNMP ' if is_snmp(rule) else ''}{rule.get('username', '')}".strip()


def is_snmp(rule: Mapping[str, Any]) -> bool:
    """Whether a rule is for SNMP: such ones come with a site file, and leave room for a login."""
    return rule.get("kind") == CredentialKind.SNMP


def is_kept(rule: Mapping[str, Any]) -> bool:
    """Whether the secret that a rule names is in the vault."""
    return entry_of(current().vault, rule["secret"]) is not None


def free_networks(sections: Sections) -> list[str]:
    """Networks and listed devices that have no login yet, for choosing."""
    taken = {rule["match"] for rule in sections.get("credential") or () if is_kept(rule) and not is_snmp(rule)}
    offered = [
        *(sections.get("authorisation") or {}).get("networks", ()),
        *(d["address"] for d in sections.get("device") or ()),
    ]
    return [one for one in dict.fromkeys(offered) if one not in taken][:OFFERED]


def fact_fields() -> tuple[str, ...]:
    """The fields of the step that describes the place."""
    return ("name", "id", "kind", *(f"detail-{key}" for key in DETAILS))


def own(problems: Problems, section: str) -> Problems:
    """Those of one section."""
    return {path: text for path, text in problems.items() if path[0] == section}


def alone(sections: Sections, section: str) -> Sections:
    """One section without the others, which may be unfinished."""
    return {section: sections[section]} if section in sections else {}


#: Stands in for what is not written yet.
ALLOWED: Sections = {
    "authorisation": {"by": "-", "from": "2000-01-01", "until": "2000-01-01", "networks": ["192.0.2.0/24"]}
}


def device_problems(sections: Sections) -> Problems:
    """What is wrong with the devices and the ways to find them; logins may still be missing."""
    plain = {key: value for key, value in sections.items() if key != "credential"}
    found = {**problems_of(plain, "device"), **problems_of(plain, "discovery")}
    return {path: text for path, text in found.items() if path[0] in {"device", "discovery"}}


def steps_done(sections: Sections) -> int:
    """How many steps from the beginning are finished."""
    done = {
        "customer": "site" in sections,
        "site": bool((sections.get("site") or {}).get("name")),
        "authorisation": "authorisation" in sections,
        "devices": "discovery" in sections and not device_problems(sections),
        "logins": "credential" in sections,
    }
    return next((n for n, step in enumerate(STEPS[:-1]) if not done[step]), len(STEPS) - 1)


def steps_shown(here: int, ready: int) -> tuple[Step, ...]:
    """All steps for the head of the page."""
    return tuple(
        Step(name=s, number=n + 1, here=n == here, done=n < ready, open=n <= ready) for n, s in enumerate(STEPS)
    )
