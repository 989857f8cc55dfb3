"""When the client leaves, the sending stops."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from frameflow.api.offload import HEADER, OffloadedResponse, Source


def test_an_endless_object_is_sent_only_until_the_client_leaves() -> None:
    sent: list[Any] = []
    closed: list[bool] = []

    async def endless(key: str, start: int, stop: int | None) -> AsyncIterator[bytes]:
        try:
            while True:
                await asyncio.sleep(0)
                yield b"x"
        finally:
            closed.append(True)

    async def receive() -> Any:
        while len(sent) < 5:
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        response = OffloadedResponse(send)
        header = (HEADER.lower().encode(), str(Source("key", 0, 9)).encode())
        start = {"type": "http.response.start", "status": 200, "headers": [header]}
        await response.send(start)
        async with asyncio.timeout(5):
            assert await response.stream(receive, endless) is None

    asyncio.run(run())
    assert closed == [True]
    assert sent[0]["headers"] == []
    assert {message["body"] for message in sent[1:]} == {b"x"}
