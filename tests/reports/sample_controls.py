"""Stand-ins for the catalogue of controls: every id of the guide, with long texts, independent of the real ones."""

from fushinban.model.control import Control, Severity, Strength, When, Who
from fushinban.model.text import Text

_IDS = {
    "2.1": "1 2 3 4 5 6",
    "2.2": "1 2 3 4 5 6",
    "3.1": "1 2 3",
    "3.2": "1 2 3 4 5 6 7",
    "3.3": "1 2 3 4 5 6 7 8 T1 T2 T3 T4 T5 T6 T7 T8 T9",
    "3.4": "1a 1b 1c 2a 2b 3a 3b 4a 4b 5a 5b 5c 5d 6a 6b 6c",
    "3.5": "0a 0b 0c 1a 1b 1c 1d 1e 1f 1g 1h 2a 2b 2c 2d 2e 2f 2g 3a 3b 3c 3d 3e "
    "4a 4b 4c 4d 4e 4f 4g 4h 4i 5a 5b 5c 5d 5e 5f 5g 5h 5i 5j 5k",
    "3.6": "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
}
_TITLES = {
    "G-2.1-2": ("Telnet が閉じている", "Telnet is closed", Severity.CRITICAL),
    "G-3.2-1": ("第三者が映像を見られない", "Nobody can watch the picture without permission", Severity.CRITICAL),
    "G-3.4-6a": ("パスワードが初期設定のままではない", "No password is the initial one", Severity.HIGH),
    "G-3.5-4c": ("設置時点で最新の版である", "The version was the newest at installation", Severity.MEDIUM),
    "G-3.3-1": ("利用者ごとのIDがあり、不要なIDがない", "IDs are personal and no unused one remains", Severity.HIGH),
    "G-3.4-5d": ("意図しない公開がない", "Nothing is exposed unintentionally", Severity.HIGH),
}
_REMEDY = Text(
    "機器の管理画面を開き、「ネットワーク」→「サービス」で該当の機能を無効にしてください。無効にできない機器では、ルータで外部からの"
    "通信を遮断し、メーカーの窓口に対応方法を問い合わせてください。設定を変えたら、再点検で閉じたことを確認してください。",
    "Open the management page of the device and switch the function off under Network, Services. Where that is not "
    "possible, block it at the router and ask the maker. Inspect again after the change to see that it is closed.",
)


def _control(section: str, item: str, number: int) -> Control:
    name = f"G-{section}-{item}"
    ja, en, severity = _TITLES.get(
        name,
        (
            f"求める状態（{section} の {item}）が保たれ、記録が残っている",
            f"The wanted state ({section}, {item}) is kept and on record",
            list(Severity)[number % 5],
        ),
    )
    return Control(
        id=name,
        title=Text(ja, en),
        requirement=Text("ガイドが求めていることの言い換えです。", "What the guide asks for, in other words."),
        strength=list(Strength)[number % 2],
        severity=severity,
        who=(Who.INSTALLER, Who.OPERATOR),
        when=(When.INSTALLATION, When.PERIODIC),
        impacts=(1, 2, 4)[: number % 4],
        measures=(number % 5 + 1,),
        checkpoints=(number % 5 + 1,),
        check_site=None,
        not_verifiable=Text("通信だけでは確認できません。", "It cannot be seen from traffic alone."),
        rationale=Text(
            "この状態が崩れると、第三者に映像を見られたり、機器を乗っ取られたりするおそれがあります。",
            "When this is not so, a third party may watch the picture or take the device over.",
        ),
        remedy=_REMEDY,
        references=("ETSI EN 303 645 5.1-1", "https://example.jp/guide/" + "very-long-path-" * 8),
    )


CONTROLS: dict[str, Control] = {
    c.id: c
    for c in (
        _control(section, item, number) for section, items in _IDS.items() for number, item in enumerate(items.split())
    )
}
