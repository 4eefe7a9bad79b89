"""A login that is a request of its own: the device answers with a token, and later requests carry that.

The password stands in the body of that request, so it leaves over TLS only. It is an attempt like any other: reserved
in the budget before it leaves, alone, on a connection of its own, never repeated, and a failure unless it succeeds.
"""

from fushinban.errors import Denied, DeviceError, Unreachable
from fushinban.messages import say
from fushinban.transport.footprint import note_answer
from fushinban.transport.http import Sending, head_of, host_header
from fushinban.transport.line import READING, Line
from fushinban.transport.login import ACCEPTED, Login, Verdict
from fushinban.transport.values import HttpAnswer, Kind, TokenLogin
from fushinban.transport.web import judge_status


async def get_token(line: Line, login: Login, asked: TokenLogin) -> str:
    """One attempt. Raises as `Session.token_login` promises; after a refusal nothing is sent any more."""
    sending = _sending(line, login, asked)

    def nothing() -> str:
        """No Authorization header; that something is given marks the request as one that carries a login."""
        return ""

    async def attempt(fresh: bool) -> tuple[str, Verdict]:
        answer = await line.send(sending, nothing, fresh)
        note_answer(answer.body)
        return _judged(line, login, asked, answer)

    return await login.run(asked.layer, attempt)


def _sending(line: Line, login: Login, asked: TokenLogin) -> Sending:
    """The request with the login in its body; nothing of the body reaches the transcript."""
    credential = login.credential
    request = asked.make(credential.username, credential.secret)
    if not request.tls:
        raise Denied(say("transport.denied-clear"))
    port = line.port(request.service)
    host = host_header(line.target.address, port, tls=True)
    whole = head_of(request, host) + b"\r\n\r\n" + request.body
    return Sending(
        use=(port, True),
        payload=lambda _: whole,
        tests=READING,
        kind=Kind.HTTP,
        name=f"{request.method} {host}{request.path}",
        username=credential.username,
        outcome=lambda answer: str(answer.status),
    )


def _judged(line: Line, login: Login, asked: TokenLogin, answer: HttpAnswer) -> tuple[str, Verdict]:
    """The token and what the answer says about the login. Whatever is not plain stops all further log-ins."""
    refusal = judge_status(login, answer, asked.layer, first=True)
    if refusal is not None:
        return "", refusal
    try:
        if answer.status >= 500:
            raise Unreachable(say("transport.busy", address=line.target.address, status=answer.status))
        token = asked.read(answer)
    except DeviceError as error:
        return "", Verdict(accepted=None, error=error, stop=True)
    if token is None:
        return "", Verdict(accepted=False, error=login.refused())
    return token, ACCEPTED
