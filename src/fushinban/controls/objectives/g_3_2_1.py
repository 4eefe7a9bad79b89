"""G-3.2-1: nobody sees the pictures without a login."""

from fushinban.controls._saying import PERHAPS_VIDEO, etsi, guide, jc_star, names, note, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.facts import AnonymousPictures, Gate, PictureGate
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Fails on one open picture; passes only where every picture asked for a login."""
    pictures = view[AnonymousPictures].pictures
    opened = _with(pictures, Gate.OPEN)
    if opened:
        text = Text("ログインなしで見えたアドレス：{list}", "Readable without login: {list}").fill(list=_list(opened))
        message = Text(
            "カメラの映像がログインなしで見える状態です。", "The camera's picture can be seen without logging in."
        )
        return failed(message, seen(view, AnonymousPictures, text))
    doubtful = _with(pictures, Gate.UNKNOWN)
    if doubtful or not pictures:
        return unknown(
            Text(
                "ログインなしで映像が見えてしまわないか、一部またはすべてのアドレスで確認できませんでした。",
                "For some or all addresses it could not be confirmed that the picture is protected.",
            ),
            *(seen(view, AnonymousPictures, _told(p)) for p in doubtful),
        )
    text = Text("ログインを求めたアドレス：{list}", "Addresses asking for a login: {list}").fill(list=_list(pictures))
    return passed(
        Text(
            "確認したアドレスでは、映像を見るのにログインが必要でした。",
            "At the addresses checked, a login is needed to see the picture.",
        ),
        seen(view, AnonymousPictures, text),
        note(
            "内側のネットワークから、機器が示した配信アドレスだけを確認しています。",
            "Checked from the inner network, for the addresses that the device names.",
        ),
    )


def _with(pictures: tuple[PictureGate, ...], gate: Gate) -> tuple[PictureGate, ...]:
    return tuple(p for p in pictures if p.gate is gate)


def _list(pictures: tuple[PictureGate, ...]) -> Text:
    return names(f"{p.form} {p.uri}" for p in pictures)


def _told(picture: PictureGate) -> Text:
    text = Text("確認できなかったアドレス：{form} {uri} {detail}", "Could not be confirmed: {form} {uri} {detail}")
    return text.fill(form=picture.form, uri=picture.uri, detail=picture.detail)


CONTROL = Control(
    id="G-3.2-1",
    title=Text("第三者が映像を見られない", "Strangers cannot see the pictures"),
    requirement=Text(
        "ログインしていない人が、ライブ映像や静止画を見られないこと。",
        "Nobody can see live or still pictures without having logged in.",
    ),
    strength=Strength.REQUIRED,
    severity=Severity.CRITICAL,
    who=(Who.INSTALLER,),
    when=(When.INSTALLATION, When.PERIODIC),
    impacts=(1,),
    measures=(1, 2, 3),
    checkpoints=(3,),
    applies_to=PERHAPS_VIDEO,
    reads=(AnonymousPictures,),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかった機器について、ログインせずに映像のアドレスを開き、映らないことを確かめましたか。",
            "For devices that could not be checked: did you open the picture's address without a login and see "
            "nothing?",
        ),
        evidence_wanted=True,
    ),
    rationale=Text(
        "ログインなしで見える映像は、検索サイトに集められて世界中から見られることがあります。",
        "Pictures that need no login may end up on search sites and be watched from all over the world.",
    ),
    remedy=Text(
        "機器の設定で、ストリーム（RTSP）と静止画の匿名閲覧を無効にし、ログインを必須にしてから、もう一度点検してく"
        "ださい。",
        "In the device's settings, forbid anonymous viewing of stream (RTSP) and snapshot, require a login, "
        "and inspect again.",
    ),
    references=(guide("3.2 (1)"), etsi("5.5-5", "5.8-2"), jc_star("01")),
)
