"""Whether every device has its sheet of one stage."""

from fushinban.controls._saying import names
from fushinban.model.control import Evidence, Verdict, passed, unknown
from fushinban.model.sheet import Stage
from fushinban.model.text import Text
from fushinban.model.view import DeviceView, SiteView


def recorded_stage(view: SiteView, *stages: Stage) -> Verdict:
    """Pass where every device has a sheet with content of one of these stages; 検証不可 otherwise, naming the others.

    A sheet that we do not hold may lie on paper with the customer, so its absence here is no failure by itself.
    """
    label = Text("・".join(s.label.ja for s in stages), " or ".join(s.label.en.lower() for s in stages))
    if not view.devices:
        return unknown(
            Text(
                "対象となる機器がないため、設定シートを確認できませんでした。",
                "There is no device concerned, so sheets could not be checked.",
            )
        )
    without = [v for v in view.devices if not _has(v, stages)]
    held = len(view.devices) - len(without)
    count = Evidence(
        text=Text(
            f"「{label.ja}」の設定シートがある機器：{len(view.devices)}台中{held}台",
            f"Devices with a sheet ({label.en}): {held} of {len(view.devices)}",
        )
    )
    if not without:
        return passed(
            Text(
                f"すべての機器（{held}台）について、「{label.ja}」の設定シートが記録されています。",
                f"A sheet ({label.en}) is on record for all {held} devices.",
            ),
            count,
        )
    missing = names(v.device.title for v in without)
    return unknown(
        Text(
            f"{len(without)}台の機器について「{label.ja}」の設定シートが手元にないため、記録があるか確認できませんでした。",
            f"For {len(without)} devices there is no sheet ({label.en}) at hand, so whether one exists "
            "could not be checked.",
        ),
        count,
        Evidence(text=Text(f"設定シートのない機器：{missing.ja}", f"Devices without it: {missing.en}")),
    )


def _has(view: DeviceView, stages: tuple[Stage, ...]) -> bool:
    return any(view.sheets[s].parameters for s in stages if s in view.sheets)
