"""What the auth context says."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from frameflow.contracts.message import Event


class UserDeleted(Event):
    """A person closed the account; upload deletes the videos."""

    type: ClassVar[str] = "USER_DELETED"
    owner: ClassVar[str] = "auth"
    consumers: ClassVar[tuple[str, ...]] = ("upload",)

    user_id: UUID
    deleted_at: AwareDatetime

    def correlates_with(self) -> UUID:
        return self.user_id
