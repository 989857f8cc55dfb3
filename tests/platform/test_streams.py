"""A stream that has nothing to tell is kept alive, and its listeners are forgotten."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from frameflow.api import streaming, telling
from frameflow.api.events import Watched
from frameflow.api.news import News
from frameflow.api.streaming import Streams

SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}
START = {"type": "http.response.start", "status": 200, "headers": []}


async def nothing_new(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 304, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def silence() -> Iterator[Any]:
    """A channel on which nothing is ever said."""
    threading.Event().wait()
    yield


def test_a_quiet_stream_says_that_it_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(telling, "COMMENT_EVERY_S", 0.05)
    sent: list[bytes] = []
    news = News(silence)

    async def listen() -> None:
        enough = asyncio.Event()

        async def receive() -> Any:
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message.get("body", b""))
            if len(sent) == 4:
                enough.set()

        streams = Streams(nothing_new, news)
        await streams.serve(SCOPE, receive, send, START, Watched("olivia", "topic", "/"))
        assert not streams.is_full_for("olivia")

    asyncio.run(asyncio.wait_for(listen(), 5))
    assert sent == [b"", b"retry: 2000\n\n", b": still here\n\n", b": still here\n\n"]
    assert not news._waiting
