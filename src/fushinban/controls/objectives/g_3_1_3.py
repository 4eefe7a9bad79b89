"""G-3.1-3: pictures are there when they are needed."""

from fushinban.controls._saying import could_not_read, etsi, guide, names, note, seen
from fushinban.model.control import Control, Question, Severity, Strength, Verdict, When, Who, failed, passed, unknown
from fushinban.model.device import VIDEO_KINDS
from fushinban.model.facts import AnonymousPictures, Fact, Gate, OpenPorts, PictureGate, PortState, Profiles, RtspServer
from fushinban.model.text import Text
from fushinban.model.view import DeviceView


def check(view: DeviceView) -> Verdict:
    """Passes where the stream's server answers; asking for a login is an answer too."""
    answering, server = _answering(view), view.find(RtspServer)
    if answering:
        return _delivered(view, AnonymousPictures, names(p.uri for p in answering))
    if server:
        return _delivered(view, RtspServer, Text(f"{server.port}番", f"port {server.port}"))
    profiles = view.find(Profiles)
    if profiles is None:
        return could_not_read(view, RtspServer, AnonymousPictures, Profiles)
    if not profiles.profiles:
        message = Text("この機器には映像の配信設定が1つもありません。", "This device has no stream configured at all.")
        return failed(message, seen(view, Profiles, Text("配信設定：0件", "Media profiles: 0")))
    if _refuses_streams(view):
        message = Text(
            "映像の配信設定はありますが、配信のポートが接続を受け付けません。",
            "Streams are configured, but the streaming port accepts no connection.",
        )
        return failed(message, seen(view, OpenPorts, Text("RTSPのポート：閉", "RTSP port: closed")))
    return unknown(
        Text("映像が配信されているか確認できませんでした。", "It could not be confirmed that the stream is delivered.")
    )


def _delivered(view: DeviceView, fact: type[Fact], where: Text) -> Verdict:
    return passed(
        Text("映像を配信する機能は応答しました。", "The streaming function answered."),
        seen(view, fact, Text("応答した配信元：{where}", "Answering stream: {where}").fill(where=where)),
        note("映像そのものは受信していません。", "The picture itself was not fetched."),
    )


def _answering(view: DeviceView) -> tuple[PictureGate, ...]:
    pictures = view.find(AnonymousPictures)
    several = pictures.pictures if pictures else ()
    return tuple(p for p in several if p.uri.startswith("rtsp") and p.gate is not Gate.UNKNOWN)


def _refuses_streams(view: DeviceView) -> bool:
    ports = view.find(OpenPorts)
    if ports is None or ports.speaking("rtsp"):
        return False
    return any(p.service == "rtsp" and p.state is PortState.CLOSED for p in ports.ports)


CONTROL = Control(
    id="G-3.1-3",
    title=Text("必要なときに映像を見られる", "Pictures are available when they are needed"),
    requirement=Text(
        "カメラの映像と録画が、使いたいときに使える状態に保たれていること。",
        "The cameras' pictures and the recordings are kept ready for use at any time.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.HIGH,
    who=(Who.OPERATOR,),
    when=(When.OPERATION,),
    impacts=(3,),
    applies_to=VIDEO_KINDS,
    may_read=(Profiles, RtspServer, AnonymousPictures, OpenPorts),
    check_device=check,
    question=Question(
        prompt=Text(
            "自動で確認できなかったカメラについて、モニターで映像が映り、録画もされていることを確かめましたか。",
            "For cameras that could not be checked: did you see the picture on the monitor and that it is recorded?",
        )
    ),
    rationale=Text(
        "止まったカメラは、事件が起きたときに初めて気付かれることが少なくありません。",
        "Often nobody notices that a camera has stopped until its pictures are needed.",
    ),
    remedy=Text(
        "電源・配線・配信の設定を調べ、モニターに映ることと録画されることを確認してください。",
        "Check power, cabling and the stream's settings, and see that the picture appears and is recorded.",
    ),
    references=(guide("3.1"), etsi("5.9-1")),
)
