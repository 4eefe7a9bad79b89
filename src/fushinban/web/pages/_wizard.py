"""What the wizard for a new site knows of its steps, apart from answering requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fushinban.jobs.site_file import CredentialKind, CredentialRule, SiteFile
from fushinban.jobs.site_form import Problems, Sections, problems_of
from fushinban.jobs.site_logins import entry_of, reflector_usable, usable
from fushinban.messages import Text, say
from fushinban.model.details import DETAILS
from fushinban.model.rights import EVERYTHING, Permission, Rights
from fushinban.web.installation import current
from fushinban.web.pages._login_form import TO_COME, is_snmp, refs_of, title_of, traits_of, warnings_of
from fushinban.web.pages._site_sections import short_network

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
    """A login of the site as it is listed: never its secret. `kept`: its secrets are in the vault."""

    number: int
    match: str
    username: str
    kept: bool
    traits: tuple[Text, ...]
    warnings: tuple[Text, ...]


def login_lines(rules: Sequence[Mapping[str, Any]]) -> tuple[LoginLine, ...]:
    """Logins as they are listed."""
    return tuple(
        LoginLine(
            number=n, match=r["match"], username=title_of(r), kept=is_kept(r), traits=traits_of(r),
            warnings=warnings_of(r),
        )
        for n, r in enumerate(rules)
    )  # fmt: skip


def is_kept(rule: Mapping[str, Any]) -> bool:
    """Whether the secrets that a rule names are in the vault."""
    return all(entry_of(current().vault, ref) is not None for ref in refs_of(rule).values())


def free_networks(sections: Sections, *, snmp: bool = False) -> list[str]:
    """Networks and listed devices that have no login of this kind yet, for choosing."""
    rules = sections.get("credential") or ()
    taken = {rule["match"] for rule in rules if is_kept(rule) and is_snmp(rule) is snmp}
    offered = [
        *(sections.get("authorisation") or {}).get("networks", ()),
        *(d["address"] for d in sections.get("device") or ()),
    ]
    return [one for one in dict.fromkeys(offered) if one not in taken][:OFFERED]


def with_login(rules: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """The logins with one more, and its place: that of one for the same whose secret is not here yet, or the last."""
    alike = (n for n, r in enumerate(rules) if r["match"] == row["match"] and is_snmp(r) is is_snmp(row))
    place = next((n for n in alike if not is_kept(rules[n])), len(rules))
    return [dict(r) for r in (*rules[:place], row, *rules[place + 1 :])], place


def usable_logins(rows: Sequence[Mapping[str, Any]], good: Sequence[CredentialRule]) -> list[dict[str, Any]]:
    """The logins of a file, where the secrets of those that are not good have to be entered."""
    known = {(short_network(rule.match), rule.kind is CredentialKind.SNMP) for rule in good}
    return [dict(r) if (r["match"], is_snmp(r)) in known else {**r, **dict.fromkeys(refs_of(r), "")} for r in rows]


def not_ours(site_file: SiteFile, rights: Rights) -> Text | None:
    """What is wrong with a new site that names secrets which it may not have; None where it names none."""
    vault, site_id = current().vault, site_file.site.id
    every = rights.scope(Permission.CREDENTIAL_EDIT) == EVERYTHING
    if usable(vault, site_id, site_file.credentials, (), all_logins=every)[1]:
        return say("page_wizard.foreign-login")
    if not reflector_usable(vault, site_id, site_file.reflector, None, all_logins=every):
        return say("page_wizard.imported-reflector")
    return None


def login_problem(sections: Sections, rules: Sequence[Mapping[str, Any]]) -> Text | None:
    """The first thing that is wrong with these logins; that a secret is still to come is not."""
    trial = [{**rule, **{key: ref or TO_COME for key, ref in refs_of(rule).items()}} for rule in rules]
    problems = problems_of({**sections, "credential": trial}, "credential")
    return next((text for path, text in problems.items() if path[0] == "credential"), None)


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
