"""Who the device is, and whether an administrator was ever registered.

The maker gives its CGI description to registered partners only. What stands here is what public clients of these
devices read: getinfo, and the request by which their own web page decides to show the registration.
"""

import html
import re

from fushinban.drivers._maker_values import clip
from fushinban.drivers._maker_web import MakerWeb, open_web_as_stranger
from fushinban.errors import Denied, Malformed
from fushinban.messages import say
from fushinban.model.facts import Activation, Identity
from fushinban.transport.session import Session

INFO = "/cgi-bin/getinfo?FILE=1"
#: How many users there are, told to everybody; 0 sends the browser to the registration of an administrator.
FIRST = "/cgi-bin/first_login"

_USERS = re.compile(r"""\busernum\b["']?\s*[:=]\s*["']?(\d{1,4})\b""")
#: Lines, or words in one line, as devices and their firmware differ.
_INFO = re.compile(r"(?:^|\s)(MAC|SERIAL|VERSION|NAME)=(\S*)")


async def open_ipro(session: Session) -> MakerWeb:
    """The CGI interface. A device on which nobody is registered is sent no login."""
    return await open_web_as_stranger(MakerWeb(session=session), FIRST, INFO, parse_identity, _may_log_in)


def _may_log_in(data: bytes) -> None:
    if not parse_activation(data).initialised:
        raise Denied(say("ipro.not-set-up"))


async def get_activation(web: MakerWeb) -> Activation:
    """first_login, without a login."""
    return parse_activation(await web.ask(FIRST, login=False))


async def get_identity(web: MakerWeb) -> Identity:
    """getinfo."""
    return parse_identity(await web.ask(INFO))


def parse_activation(data: bytes) -> Activation:
    """`usernum` in first_login: nobody is registered where it is 0."""
    seen = _USERS.search(html.unescape(data[:4096].decode("utf-8", "replace")))
    if seen is None:
        raise Malformed(say("maker_web.missing", name="usernum"))
    return Activation(initialised=int(seen[1]) > 0)


def parse_identity(data: bytes) -> Identity:
    """`NAME` (the model), `VERSION` and `SERIAL` of getinfo; the interface tells no hardware revision."""
    text = data[:65536].decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        raise Malformed(say("maker_web.no-values"))
    found: dict[str, str] = {}
    for seen in _INFO.finditer(text):
        found.setdefault(seen[1], clip(seen[2]))
    if not found.get("NAME") and not found.get("SERIAL"):
        raise Malformed(say("maker_web.missing", name="NAME"))
    return Identity(
        maker="i-PRO",
        model=found.get("NAME", ""),
        firmware=found.get("VERSION", ""),
        serial=found.get("SERIAL", ""),
    )
