"""A session that answers HTTP from a table, for single steps of a driver; it notes what was asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from fushinban.errors import NotSupported
from fushinban.messages import Text
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.site import TestKind
from fushinban.transport.footprint import note_answer
from fushinban.transport.values import ConsoleAnswer, ConsoleTalk, HttpAnswer, HttpRequest

Said = bytes | HttpAnswer | Exception | Callable[[HttpRequest], "bytes | HttpAnswer"]

NOTHING = NotSupported(Text("ない", "nothing there"))


@dataclass
class ScriptedSession:
    """`answers` by the start of the path, the longest that fits; a request that fits none raises NotSupported."""

    answers: dict[str, Said]
    target: Target = field(default_factory=lambda: Target(address="192.0.2.10"))
    credential: Credential | None = None
    asked: list[str] = field(default_factory=list)

    def allows(self, test: TestKind) -> bool:
        return True

    async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
        self.asked.append(request.path)
        starts = sorted((s for s in self.answers if request.path.startswith(s)), key=len)
        said: Said = self.answers[starts[-1]] if starts else NOTHING
        if callable(said):
            said = said(request)
        if isinstance(said, Exception):
            raise said
        answer = said if isinstance(said, HttpAnswer) else HttpAnswer(200, {}, said)
        note_answer(answer.body)
        return answer

    async def console(self, asked: ConsoleTalk) -> ConsoleAnswer:
        self.asked.append(asked.service)
        raise NOTHING
