"""The ledger in memory, beside the rows of a context."""

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from frameflow.bus.ledger import Due, Ledger, Taken
from frameflow.contracts import Envelope
from tests.simulation.tables.rows import Session

MAX_BACK_OFF_S = 60

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """A message in the outbox, and who has not acknowledged it."""

    envelope: Envelope
    awaited: frozenset[str]
    consumers: frozenset[str]
    next_attempt_at: datetime
    attempts: int = 0
    is_done: bool = False


@dataclass(frozen=True)
class Heard:
    """A message in the inbox."""

    type: str
    attempts: int = 0
    is_handled: bool = False
    last_error: str = ""
    alarm: str = ""


class MemoryLedger(Ledger):
    """Outbox and inbox as values in a session's database."""

    def __init__(self, context: str, session: Session, jitter: random.Random) -> None:
        self.context, self.session, self._jitter = context, session, jitter

    def transaction(self) -> AbstractContextManager[None]:
        return self.session.transaction()

    def after_commit(self, function: Callable[[], object]) -> None:
        self.session.after_commit(partial(_logged, function))

    def reconnect(self) -> None:
        return None

    # What is said

    def keep(self, envelope: Envelope, consumers: Iterable[str]) -> None:
        envelope.encode()
        hearers = frozenset(consumers)
        kept = Kept(envelope, hearers, hearers, self.session.now)
        self.session.put("outbox", envelope.message_id, kept)

    def close_acknowledged(self) -> int:
        with self.session.transaction("close acknowledged"):
            heard_by_all = [each for each in self._due() if not each.awaited]
            self._replace(heard_by_all, is_done=True)
        return len(heard_by_all)

    def lock_due(self, limit: int) -> list[Due]:
        awaited = (each for each in self._due() if each.awaited)
        free = (each for each in awaited if self.session.lock(each.envelope.message_id))
        due = sorted(free, key=lambda each: each.next_attempt_at)[:limit]
        return [Due(each.envelope, each.attempts) for each in due]

    def put_off(self, ids: Sequence[UUID]) -> None:
        with self.session.transaction("put off"):
            for each in self._of(ids):
                tries = each.attempts + 1
                pause_s = min(2.0 ** min(tries, 10), MAX_BACK_OFF_S) + self._jitter.random()
                at = self.session.now + timedelta(seconds=pause_s)
                self._replace([each], attempts=tries, next_attempt_at=at)

    def note_acknowledgements(self, acknowledged: Sequence[tuple[UUID, str]]) -> None:
        with self.session.transaction("note acknowledgements"):
            for message_id, consumer in acknowledged:
                for each in self._of([message_id]):
                    if consumer not in each.awaited:
                        continue
                    self._replace([each], awaited=each.awaited - {consumer})

    def send_again(self, ids: Sequence[UUID]) -> int:
        with self.session.transaction("send again"):
            found = self._of(ids)
            for each in found:
                now = self.session.now
                self._replace([each], awaited=each.consumers, next_attempt_at=now, is_done=False)
        return len(found)

    def _due(self) -> list[Kept]:
        now = self.session.now
        kept: list[Kept] = self.session.all("outbox")
        return [each for each in kept if not each.is_done and each.next_attempt_at <= now]

    def _of(self, ids: Sequence[UUID]) -> list[Kept]:
        found = (self.session.get("outbox", each) for each in ids)
        return [each for each in found if each is not None]

    def _replace(self, kept: Sequence[Kept], **changed: object) -> None:
        for each in kept:
            new = replace(each, **changed)  # type: ignore[arg-type]
            self.session.put("outbox", each.envelope.message_id, new)

    # What is heard

    def take_in(self, envelope: Envelope) -> Taken:
        if not self.session.lock(("heard", envelope.message_id)):
            return Taken.ELSEWHERE
        with self.session.transaction("take in"):
            heard = self._heard(envelope)
            if heard.is_handled:
                return Taken.KNOWN
            heard = replace(heard, is_handled=True, attempts=heard.attempts + 1)
            self.session.put("inbox", envelope.message_id, heard)
            return Taken.NEW

    def note_alarm(self, message_id: UUID, alarm: str) -> None:
        if heard := self.session.get("inbox", message_id):
            self.session.put("inbox", message_id, replace(heard, alarm=alarm))

    def note_failure(self, envelope: Envelope, error: Exception) -> int:
        with self.session.transaction("note failure"):
            heard = self._heard(envelope)
            if heard.is_handled:
                return 0
            text = f"{type(error).__name__}: {error}"[:4000]
            heard = replace(heard, last_error=text, attempts=heard.attempts + 1)
            self.session.put("inbox", envelope.message_id, heard)
            return heard.attempts

    def _heard(self, envelope: Envelope) -> Heard:
        found: Heard | None = self.session.get("inbox", envelope.message_id)
        return found or Heard(envelope.type)


def _logged(function: Callable[[], object]) -> None:
    try:
        function()
    except Exception:
        log.exception("after_commit.failed")
