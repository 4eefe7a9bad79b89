"""A pretend i-PRO camera. Hand-made after what public clients of these devices read; every value is invented."""

from fake_device import Fake, WebDevice, text

from fushinban.lab.wire import Reply, Request
from fushinban.model import facts

INFO = "MAC=BC-C3-42-00-00-01\r\nSERIAL=INV00001\r\nVERSION=1.60\r\nNAME=WV-INVENTED\r\nsAlarm=OFF\r\nePort=31004\r\n"
FIRST = "{&quot;usernum&quot;:&quot;2&quot;}"


def answer(request: Request) -> Reply | None:
    """What the camera says to a request that its login allows."""
    return {"/cgi-bin/getinfo?FILE=1": text(INFO), "/cgi-bin/first_login": text(FIRST)}.get(request.target)


DEVICE = WebDevice(answer=answer, open=frozenset({"/cgi-bin/first_login"}), realm="Panasonic network device")

FAKE = Fake(
    driver="ipro",
    maker="Panasonic",
    serve=DEVICE.serve,
    told=frozenset({facts.Activation, facts.Identity}),
    anonymous=frozenset({facts.Activation}),
    most_requests=3,
)
