"""The page on which a pretend router's UPnP is switched, as routers have one: behind the administrator's login."""

from html import escape
from urllib.parse import parse_qs

from fushinban.lab.gateway import GatewayState, WayIn
from fushinban.lab.plan import DevicePlan

PATH = "/upnp"

_PAGE = """<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>UPnP</title></head>
<body><h1>{model}：UPnP（自動ポート開放）</h1><p>現在：<strong>{state}</strong></p>
<form method="post" action="{path}"><button name="upnp" value="{other}">{turn}</button></form>
<table border="1"><caption>機器が開けさせた入口</caption>
<tr><th>外側</th><th>内側</th><th>説明</th></tr>{rows}</table></body></html>
"""


def wanted(body: bytes) -> bool | None:
    """What a posted form asks for: on, off, or nothing that can be understood."""
    values = parse_qs(body.decode("ascii", "replace"), max_num_fields=8) if len(body) < 1000 else {}
    return {"on": True, "off": False}.get(",".join(values.get("upnp", ())))


def page_of(plan: DevicePlan, gateway: GatewayState) -> bytes:
    """The page with the switch and what is open."""
    rows = "".join(map(_row, gateway.ways)) or '<tr><td colspan="3">ありません</td></tr>'
    page = _PAGE.format(
        model=escape(plan.model), state="入" if gateway.enabled else "切", path=PATH, rows=rows,
        other="off" if gateway.enabled else "on", turn="切にする" if gateway.enabled else "入にする",
    )  # fmt: skip
    return page.encode("utf-8")


def _row(way: WayIn) -> str:
    outside, inside = f"{way.protocol} {way.outside_port}", f"{way.inside}:{way.inside_port}"
    return f"<tr><td>{outside}</td><td>{escape(inside)}</td><td>{escape(way.name)}</td></tr>"
