"""A pretend UNIVERGE IX over SSH. Made by hand in the forms of published transcripts; all values are invented."""

from console_fake import MOODS, router
from console_player import Script
from fake_device import PASSWORD, Fake

from fushinban.model import facts
from fushinban.model.device import DeviceKind

VERSION = """NEC Portable Internetwork Core Operating System Software
IX Series IX9999 (magellan-sec) Software, Version 99.7.18, RELEASE SOFTWARE
Compiled Oct 25-Tue-2022 12:37:13 JST #2 by sw-build, coregen-99.7(18)

System uptime is 1 week, 2 days, 3 hours, 4 minutes
System woke up by reload, caused by power-on
System started at Jan 05-Mon-2026 10:00:00 JST
"""

CONFIG = """! NEC Portable Internetwork Core Operating System Software
! IX Series IX9999 (magellan-sec) Software, Version 99.7.18, RELEASE SOFTWARE
! Current time Jan 14-Wed-2026 13:04:00 JST
!
hostname deguchi
timezone +09 00
!
username admin password hash inventedhash00 administrator
username watch password plain 1 invented-plain-password monitor
!
ntp server 192.0.2.123
syslog ip enable
syslog ip host 192.168.1.5
ip route default GigaEthernet0.1
ip access-list all permit ip src any dest any
ssh-server ip enable
snmp-agent ip enable
snmp-agent ip community invented-community all
nm ddns hostname shop1
ddns enable
ike policy p1 peer any key invented-ike-key mode aggressive prop
!
ppp profile isp
  authentication myname user@example.jp
  authentication password user@example.jp invented-ppp-password
!
interface GigaEthernet0.0
  no ip address
  no shutdown
!
interface GigaEthernet1.0
  ip address 192.168.1.1/24
  no shutdown
!
interface GigaEthernet0.1
  encapsulation pppoe
  auto-connect
  ppp binding isp
  ip address ipcp
  ip napt enable
  ip napt static 192.168.1.10 tcp 554
  no shutdown
!
"""

SCRIPT = Script(
    prompt="deguchi# ", above_prompt="deguchi(config)# ", climb="enable-config", ask_level="", page=20,
    page_break="--More--", answers={"show version": VERSION}, above={"show running-config": CONFIG},
    complaint="% show running-config -- Invalid command.", level_password=PASSWORD,
)  # fmt: skip

FAKE = Fake(
    driver="nec_ix",
    maker="NEC",
    kind=DeviceKind.ROUTER,
    serve=router(SCRIPT, "% You do not have the privilege to use this command."),
    told=frozenset(
        {
            facts.Identity, facts.Uptime, facts.RouterConfiguration, facts.Interfaces, facts.MakerAccounts,
            facts.ServiceSettings, facts.RemoteLog, facts.Ntp, facts.DynamicDnsService, facts.Hostname,
            facts.SshHostKey,
        }
    ),
    secrets=(
        "inventedhash00", "invented-plain-password", "invented-community", "invented-ike-key", "invented-ppp-password",
    ),
    most_requests=5,
    moods=MOODS,
)  # fmt: skip
