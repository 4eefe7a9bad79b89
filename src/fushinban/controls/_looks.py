"""Looks from outside as controls speak of them."""

from datetime import timedelta

from fushinban.clock import shown
from fushinban.controls._saying import joined
from fushinban.model.control import Evidence, Verdict, unknown
from fushinban.model.facts import Gate
from fushinban.model.outside import OutsideLook
from fushinban.model.reflection import SeenPort
from fushinban.model.text import Text
from fushinban.model.view import SiteView

#: A look older than this says nothing of today.
FRESH_DAYS = 31


def fresh_looks(site: SiteView) -> tuple[OutsideLook, ...]:
    """Looks that still count."""
    return tuple(look for look in site.looks if site.now - look.at <= timedelta(days=FRESH_DAYS))


def no_fresh_look(site: SiteView) -> Verdict:
    """検証不可: nobody has looked from outside, or not for a long time."""
    if not site.looks:
        return unknown(
            Text(
                "インターネット側からの確認（外からの確認）が、まだ行われていません。",
                "Nobody has looked at the line from the internet yet.",
            )
        )
    message = Text(
        "インターネット側からの最後の確認から、{days} 日以上たっています。",
        "The last look from the internet is more than {days} days old.",
    )
    return unknown(message.fill(days=FRESH_DAYS), *map(look_evidence, site.looks))


def look_evidence(look: OutsideLook) -> Evidence:
    """What one look saw, with its time and address."""
    text = Text(
        "外からの確認 {at}：アドレス {address}、調べたポート {all} 個、開いているもの {open}",
        "Look from outside {at}: address {address}, {all} ports looked at, open: {open}",
    )
    opened = joined(map(seen_text, look.seen.open)) if look.seen.open else Text("なし", "none")
    return Evidence(
        text=text.fill(at=shown(look.at), address=look.address, all=len(look.seen.ports), open=opened),
        source=f"reflector {look.reflector[:40]}",
    )


def seen_text(port: SeenPort) -> Text:
    """`554番（rtsp、ログインなしで映像が見える）`."""
    words = [Text(port.speaks, port.speaks)] if port.speaks else []
    if port.picture is Gate.OPEN:
        words.append(Text("ログインなしで映像が見える", "picture readable without login"))
    told = joined(words) if words else Text("名乗らない", "does not say what it is")
    return Text("{port}番（{told}）", "{port} ({told})").fill(port=port.port, told=told)
