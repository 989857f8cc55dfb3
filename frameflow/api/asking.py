"""Asking our own application, as the person who keeps a stream open would."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from frameflow.api.offload import Message, Receive, Scope, Send

#: Stands among the extensions of the scope, where no client can write.
OWN = "frameflow.asking"

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Who asks and in which language stays; how the stream is wanted does not.
LEFT_OUT = {
    b"accept", b"accept-encoding", b"content-length", b"content-type", b"if-match",
    b"if-modified-since", b"if-none-match", b"if-unmodified-since", b"last-event-id", b"range",
}  # fmt: skip


@dataclass
class Answer:
    """What a GET brought."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""

    @property
    def version(self) -> str:
        """Return the version in the ETag."""
        return self.headers.get(b"etag", b"").decode("ascii").removeprefix("W/").strip('"')


def is_own(environ: Mapping[str, Any]) -> bool:
    """Return whether we ask ourselves: the person who watches did not."""
    scope = environ.get("asgi.scope") or {}
    return OWN in (scope.get("extensions") or {})


async def ask(application: Application, scope: Scope, path: str, known: str = "") -> Answer:
    """GET a path of ours with the caller's own headers; 304 where `known` is its version."""
    answer = Answer()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], dict(message["headers"])
        else:
            answer.body += message.get("body", b"")

    await application(_asking(scope, path, known), receive, send)
    return answer


def _asking(scope: Scope, path: str, known: str) -> Scope:
    path, _, query = path.partition("?")
    headers: list[Any] = [pair for pair in scope["headers"] if pair[0] not in LEFT_OUT]
    headers.append((b"accept", b"application/json"))
    if known:
        headers.append((b"if-none-match", f'W/"{known}"'.encode()))
    asked: dict[str, Any] = {
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "headers": headers,
    }
    asked["extensions"] = {**(scope.get("extensions") or {}), OWN: {}}
    return {**scope, **asked, "query_string": query.encode()}
