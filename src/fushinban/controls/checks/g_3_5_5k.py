"""G-3.5-5k: that check was made from inside the camera network."""

from fushinban.controls._saying import guide
from fushinban.model.control import Control, Question, Severity, Strength, When, Who
from fushinban.model.text import Text

CONTROL = Control(
    id="G-3.5-5k",
    title=Text(
        "感染チェックをカメラのネットワークから行っている",
        "The infection check was made from inside the camera network",
    ),
    requirement=Text(
        "外部の感染チェックは、IPアドレスを入力して調べるのではなく、カメラのネットワークにつないだ端末から行うこと。",
        "The outside infection check is made from a PC or phone on the camera network, not by typing in an IP address.",
    ),
    strength=Strength.RECOMMENDED,
    severity=Severity.LOW,
    who=(Who.OPERATOR,),
    when=(When.PERIODIC,),
    impacts=(4,),
    checkpoints=(5,),
    question=Question(
        prompt=Text(
            "感染チェックは、カメラと同じネットワークにつないだ端末から行いましたか。",
            "Was the infection check made from a PC or phone on the same network as the cameras?",
        ),
        hint=Text(
            "チェックの画面に表示されたアドレスが、ルータのグローバルIPアドレスと同じことを確かめてください。"
            "まだ行っていない場合はEnterで飛ばしてください。",
            "See that the address shown by the service is the router's public IP address. Skip the question if the "
            "check was not made.",
        ),
    ),
    rationale=Text(
        "事務所や携帯電話の回線から行うと、カメラとは別の回線を調べたことになります。",
        "From the office or a mobile phone a different line is checked, not that of the cameras.",
    ),
    remedy=Text(
        "カメラのネットワークにパソコンをつなぎ、携帯回線やVPNを切ってからやり直してください。",
        "Connect a PC to the camera network, switch mobile data and VPN off, and repeat the check.",
    ),
    references=(guide("3.5 (5)"),),
)
