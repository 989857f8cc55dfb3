"""How long a sender may take."""

import asyncio
from typing import Any

import pytest

from frameflow.api import bodies
from frameflow.api.bodies import PacedBody, lingering


def messages_heard(chunks: list[bytes], *, pause_s: float, **limits: float) -> list[str]:
    """Return the types of messages that an application hears from such a sender."""
    waiting = list(chunks)

    async def receive() -> Any:
        await asyncio.sleep(pause_s)
        chunk = waiting.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    async def hear() -> list[str]:
        paced = PacedBody(receive, **{"timeout_s": 5, "min_rate_bytes_s": 1000, **limits})
        return [(await paced.receive())["type"] for _ in chunks]

    return asyncio.run(hear())


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "RATE_AFTER_S", 0.05)


def test_a_steady_sender_is_heard_to_the_end() -> None:
    assert messages_heard([b"x" * 1000] * 5, pause_s=0.02) == ["http.request"] * 5


def test_a_silent_sender_counts_as_gone() -> None:
    assert messages_heard([b"x"], pause_s=1, timeout_s=0.02) == ["http.disconnect"]


def test_a_sender_that_trickles_counts_as_gone_after_a_while() -> None:
    heard = messages_heard([b"x"] * 6, pause_s=0.02)
    assert heard[0] == "http.request"
    assert "http.disconnect" in heard


def test_a_slow_application_is_not_held_against_the_sender() -> None:
    async def receive() -> Any:
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def hear_slowly() -> list[str]:
        paced = PacedBody(receive, timeout_s=5, min_rate_bytes_s=1000)
        heard = []
        for _ in range(5):
            heard.append((await paced.receive())["type"])
            await asyncio.sleep(0.03)
        return heard

    assert asyncio.run(hear_slowly()) == ["http.request"] * 5


def test_an_early_answer_ends_only_when_the_rest_of_the_body_is_out_of_its_way() -> None:
    happened: list[Any] = []
    chunks = [b"1", b"2", b"3"]

    async def receive() -> Any:
        happened.append(chunk := chunks.pop(0))
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message: Any) -> None:
        happened.append((message["body"], message.get("more_body", False)))

    async def answer_early() -> None:
        paced = PacedBody(receive, timeout_s=5, min_rate_bytes_s=1)
        await paced.receive()
        await lingering(paced, send)({"type": "http.response.body", "body": b"no"})

    asyncio.run(answer_early())
    assert happened == [b"1", (b"no", True), b"2", b"3", (b"", False)]


def test_an_answer_to_a_body_that_was_read_ends_at_once() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def answer() -> None:
        paced = PacedBody(receive, timeout_s=5, min_rate_bytes_s=1)
        await paced.receive()
        await lingering(paced, send)({"type": "http.response.body", "body": b"yes"})

    asyncio.run(answer())
    assert sent == [{"type": "http.response.body", "body": b"yes"}]
