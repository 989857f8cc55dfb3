"""Auth over memory: accounts that close, and notices."""

from dataclasses import dataclass, replace
from uuid import UUID

from frameflow.contracts import (
    ArchivePublished,
    ExpiryExtended,
    ExtractionEnded,
    ExtractionMessage,
    Outcome,
    UserDeleted,
)
from tests.simulation.tables.context import Context, Handlers

KINDS = ("ready", "failed", "expiry")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A mail that is kept; a void one is never sent."""

    extraction_id: UUID
    run: int
    kind: str
    is_void: bool = False


class Auth(Context):
    """The closed accounts, and the notices by extraction, run and kind."""

    name = "auth"

    @property
    def handlers(self) -> Handlers:
        return {
            ExtractionEnded: self.note_ending,
            ArchivePublished: lambda message: self._note(message, "ready"),
            ExpiryExtended: lambda message: self._note(message, "expiry"),
        }

    def close_account(self, owner_id: UUID) -> None:
        """Close an account, once."""
        with self.work("close account") as uow:
            if self.session.get("closed", owner_id) is None:
                self.session.put("closed", owner_id, self.now)
                uow.publish(UserDeleted(user_id=owner_id, deleted_at=self.now))

    def note_ending(self, ended: ExtractionEnded) -> None:
        if ended.outcome is Outcome.FAILED:
            self._note(ended, "failed")
        elif ended.outcome is not Outcome.READY:
            self._void(ended)
        elif ended.expires_at is not None:
            self._note(ended, "expiry")

    def _void(self, ended: ExtractionEnded) -> None:
        with self.work("void notices"):
            for kind in KINDS:
                self._note(ended, kind)
            for each in self.session.all("notice"):
                if each.extraction_id == ended.extraction_id and each.run <= ended.run:
                    self._put(replace(each, is_void=True))

    def _note(self, about: ExtractionMessage, kind: str) -> None:
        with self.work("note"):
            key = (about.extraction_id, about.run, kind)
            if self.session.get("notice", key) is None:
                self._put(Notice(extraction_id=about.extraction_id, run=about.run, kind=kind))

    def _put(self, notice: Notice) -> None:
        key = (notice.extraction_id, notice.run, notice.kind)
        self.session.put("notice", key, notice)
