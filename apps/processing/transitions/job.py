"""What decides about a job, as a value."""

from dataclasses import dataclass
from uuid import UUID

from apps.processing.transitions.table import JobState


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How often a run is tried, and how long it rests before each new try."""

    max_tries: int
    back_off_s: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What decides about a job; `run` is 0 in state `none`."""

    extraction_id: UUID
    video_id: UUID
    owner_id: UUID
    extraction_no: int
    run: int = 0
    state: JobState = JobState.NONE
    fence: int = 0
    tries: int = 0
    child_deaths: int = 0

    def is_held_with(self, fence: int) -> bool:
        """Return whether the claim with this fence still holds."""
        return self.state is JobState.RUNNING and self.fence == fence

    @property
    def live_fence(self) -> int | None:
        """Return the fence whose objects are named by this row, or None."""
        return self.fence if self.state in (JobState.RUNNING, JobState.DONE) else None

    def has_no_use_for(self, fence: int) -> bool:
        """Return whether objects with this fence are dead: they never live again."""
        return fence < self.fence or (fence == self.fence and self.live_fence is None)
