"""The five states, always the same shape, word and colour, in every document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fushinban.model.control import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One state: its outline and its sign as SVG path data in a box of 24, and its colour on white and on black."""

    outline: str
    sign: str
    light: str
    dark: str
    hollow: bool = False


MARKS: Mapping[Outcome, Mark] = {
    Outcome.PASS: Mark(
        outline="M12 1.5a10.5 10.5 0 1 0 0 21a10.5 10.5 0 1 0 0-21z",
        sign="M7 12.4l3.5 3.6L17 8.6",
        light="#1a7347",
        dark="#4cc38a",
    ),
    Outcome.FAIL: Mark(
        outline="M5 2h14a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z",
        sign="M7.5 7.5l9 9M16.5 7.5l-9 9",
        light="#b3261e",
        dark="#ff8a80",
    ),
    Outcome.UNKNOWN: Mark(
        outline="M12 0.8L23.2 12L12 23.2L0.8 12z",
        sign="M9 9.7a3 3 0 1 1 4.4 2.7c-1 .5-1.4 1-1.4 2M12 17.2v.2",
        light="#8a5a00",
        dark="#f2b84b",
    ),
    Outcome.NOT_APPLICABLE: Mark(
        outline="M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19z",
        sign="M7.5 12h9",
        light="#5b6770",
        dark="#9aa7b2",
        hollow=True,
    ),
    Outcome.ERROR: Mark(
        outline="M12 1.6L23.2 21.6H0.8z",
        sign="M12 8.6v6M12 18v.2",
        light="#6a3d9a",
        dark="#c9a6f5",
    ),
}

#: From the gravest to the mildest: how several outcomes become one state.
ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The gravest outcome; 検証不可 for none at all, since nothing was shown to be well."""
    found = set(outcomes)
    return next((o for o in ORDER if o in found), Outcome.UNKNOWN)


def mark_group(outcome: Outcome, x: float, y: float, size: float) -> str:
    """The mark as an SVG group of classes `mark mark-<outcome>`, its top left corner at (x, y)."""
    mark = MARKS[outcome]
    return (
        f'<g class="mark mark-{outcome}{" hollow" if mark.hollow else ""}" '
        f'transform="translate({x:g} {y:g}) scale({size / 24:.4g})">'
        f'<path class="o" d="{mark.outline}"/><path class="s" d="{mark.sign}"/></g>'
    )


def mark_svg(outcome: Outcome) -> str:
    """The mark as a picture of its own in its colour on white."""
    mark = MARKS[outcome]
    fill, sign = ("#ffffff", mark.light) if mark.hollow else (mark.light, "#ffffff")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
        f'<path d="{mark.outline}" fill="{fill}" stroke="{mark.light}" stroke-width="{2 if mark.hollow else 0}"/>'
        f'<path d="{mark.sign}" fill="none" stroke="{sign}" stroke-width="2.6" stroke-linecap="round" '
        'stroke-linejoin="round"/></svg>'
    )


def mark_css(*, dark: bool = False, paper: str = "#fff") -> str:
    """Style rules of `mark_group` in its colours on white, or `dark` ones. `paper`: the colour that it stands on."""
    rules = [f".mark .s{{fill:none;stroke:{paper};stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}}"]
    for outcome, mark in MARKS.items():
        colour = mark.dark if dark else mark.light
        if mark.hollow:
            rules.append(f".mark-{outcome} .o{{fill:{paper};stroke:{colour};stroke-width:2}}")
            rules.append(f".mark-{outcome} .s{{stroke:{colour}}}")
        else:
            rules.append(f".mark-{outcome} .o{{fill:{colour}}}")
    return "".join(rules)
