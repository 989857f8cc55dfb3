"""Whoever can write into Redis can say what the contexts say, and nothing else gets through."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from frameflow.bus.consumer import consume
from frameflow.bus.models import InboxMessage
from frameflow.contexts import CONTEXTS
from frameflow.contracts import Envelope
from tests import messages
from tests.databases import every_database

pytestmark = every_database


def envelope(**changed: Any) -> bytes:
    """A message as somebody would forge it who can write into Redis."""
    message = messages.file_uploaded()
    made = Envelope.around(message, producer="upload", at=datetime.now(UTC))
    return json.dumps({**json.loads(made.encode()), **changed}).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x80\x04\x95pickle",
        b"[" * 60_000,
        b"9" * 60_000,
        b" " * 65_537,
        envelope(type="DROP_TABLES"),
        envelope(type=["FILE_UPLOADED"]),
        envelope(version=10**9),
        envelope(payload=[]),
        envelope(payload={"video_id": "1"}),
        envelope(message_id="../../x"),
        envelope(producer="x" * 33),
        envelope(occurred_at="yesterday"),
    ],
)
def test_what_is_no_message_changes_nothing_anywhere(raw: bytes) -> None:
    for context in CONTEXTS:
        consume(context.alias, raw)
        assert not InboxMessage.objects.using(context.alias).exists()


def test_unknown_fields_of_a_message_are_not_kept() -> None:
    consume("download", envelope(is_staff=True, __class__="x"))
    row = InboxMessage.objects.using("download").values().get()
    assert "is_staff" not in json.dumps(row, default=str)
