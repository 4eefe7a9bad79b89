"""A pretend Yamaha router over SSH. Made by hand after the maker's command reference; all values are invented."""

from console_fake import MOODS, router
from console_player import Script
from fake_device import PASSWORD, Fake

from fushinban.model import facts
from fushinban.model.device import DeviceKind

ENVIRONMENT = """RTX9999 BootROM Ver. 1.01
RTX9999 Rev.99.01.42 (Fri Mar 10 10:12:34 2023)
  main:  RTX9999 ver=00 serial=INVENTED1 MAC-Address=00:a0:de:00:53:01 MAC-Addre
ss=00:a0:de:00:53:02
CPU:   1%(5sec)   2%(1min)   3%(5min)    Memory: 24% used
Firmware: internal  Config. file: 0
Boot time: 2026/01/24 12:32:36 +09:00
Current time: 2026/01/30 09:44:53 +09:00
Elapsed time from boot: 5days 21:12:17
Security Class: 1, FORGET: ON, TELNET: OFF
"""

CONFIG = """# RTX9999 Rev.99.01.42 (Fri Mar 10 10:12:34 2023)
# main:  RTX9999 ver=00 serial=INVENTED1 MAC-Address=00:a0:de:00:53:01 MAC-Addre
ss=00:a0:de:00:53:02
login password encrypted invented-encrypted-1
administrator password encrypted invented-encrypted-2
login user hoshu invented-user-password
user attribute hoshu connection=ssh administrator=off
console prompt deguchi
ip route default gateway pp 1
ip lan1 address 192.168.100.1/24
pp select 1
 pp always-on on
 pppoe use lan2
 pp auth accept pap chap
 pp auth myname user@example.ne.jp invented-ppp-password
 ip pp secure filter in 200030
 ip pp nat descriptor 1000
 netvolante-dns hostname host pp server=1 shop-example.aa0.netvolante.jp
 pp enable 1
tunnel select 1
 ipsec tunnel 101
  ipsec ike pre-shared-key 1 text invented-pre-shared-key
 tunnel enable 1
ip filter 200030 pass * 192.168.100.10 tcp * 554
nat descriptor type 1000 masquerade
nat descriptor masquerade static 1000 1 192.168.100.10 tcp 554
syslog host 192.168.100.5
snmp sysname deguchi
snmp community read-only invented-community
telnetd service off
sshd service on
sshd host key generate *
httpd host lan1
ntpdate ntp.example.jp
schedule at 1 */* 03:00 * ntpdate ntp.example.jp syslog
"""

SCRIPT = Script(
    prompt="deguchi> ", above_prompt="deguchi# ", level_password=PASSWORD, saves=True, page=12,
    page_break="---つづく---",
    encoding="cp932", answers={"show environment": ENVIRONMENT}, above={"show config": CONFIG},
    complaint="エラー: コマンド名を確認してください", level_refused="エラー: パスワードが違います",
)  # fmt: skip

FAKE = Fake(
    driver="yamaha",
    maker="Yamaha",
    kind=DeviceKind.ROUTER,
    serve=router(SCRIPT, "エラー: このコマンドを実行する権限がありません"),
    told=frozenset(
        {
            facts.Identity, facts.Uptime, facts.RouterConfiguration, facts.Interfaces, facts.MakerAccounts,
            facts.ServiceSettings, facts.RemoteLog, facts.Ntp, facts.DynamicDnsService, facts.Hostname,
            facts.SshHostKey,
        }
    ),
    secrets=(
        "invented-encrypted-1", "invented-encrypted-2", "invented-user-password", "invented-ppp-password",
        "invented-pre-shared-key", "invented-community",
    ),
    most_requests=4,
    moods=MOODS,
)  # fmt: skip
