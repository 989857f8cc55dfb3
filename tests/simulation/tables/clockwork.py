"""What happens by the clock: the sweepers and timers of each context, and whether one has work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from apps.processing.transitions import JobState
from apps.upload.transitions import VideoState
from tests.simulation.tables.orchestration import Orchestration
from tests.simulation.tables.processing import Processing
from tests.simulation.tables.upload import Upload

if TYPE_CHECKING:
    from tests.simulation.tables.world import World


@dataclass(frozen=True)
class Sweep:
    """Something that is done every few seconds, safe to do twice at once."""

    name: str
    do: Callable[[], object]
    has_work: Callable[[], bool]


class Clockwork:
    """The sweeps of a world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._upload = cast(Upload, world.contexts["upload"])
        self._jobs = cast(Processing, world.contexts["processing"])
        self._sagas = cast(Orchestration, world.contexts["orchestration"])
        self.sweeps = (
            Sweep("release leases", self._jobs.release_expired_leases, self._has_silent_worker),
            Sweep("wake workers", self._jobs.wake_workers, self._has_sleeping_job),
            Sweep("sweep objects", self._jobs.sweep_objects, self._has_dead_objects),
            Sweep("remove sources", self._upload.remove_sources, self._has_dead_source),
            Sweep("expire uploads", self._upload.expire_silent_uploads, self._has_silent_upload),
            Sweep("empty accounts", self._upload.empty_closed_accounts, self._has_closed_account),
            Sweep("ring timers", self._sagas.ring_timers, self._has_timer),
            Sweep("abort writes", self._abort_writes, lambda: bool(world.objects.unfinished)),
        )

    def _has_silent_worker(self) -> bool:
        now = self._world.moment
        return any(
            row.job.state is JobState.RUNNING and row.lease_until < now
            for row in self._jobs.session.all("job")
        )

    def _has_sleeping_job(self) -> bool:
        now = self._world.moment
        return not self._jobs.wake_ups and any(
            row.job.state is JobState.QUEUED and row.due_at <= now
            for row in self._jobs.session.all("job")
        )

    def _has_dead_objects(self) -> bool:
        now = self._world.moment
        return any(row.sweep_at and row.sweep_at <= now for row in self._jobs.session.all("job"))

    def _has_dead_source(self) -> bool:
        now = self._world.moment
        videos = self._upload.session.all("video")
        return any(row.sweep_at and row.sweep_at <= now for row in videos)

    def _has_silent_upload(self) -> bool:
        return any(
            row.state is VideoState.UPLOADING
            and (self._world.moment - row.active_at).total_seconds()
            > self._world.settings.silence_s
            for row in self._upload.session.all("video")
        )

    def _has_closed_account(self) -> bool:
        quotas = self._upload.session.all("quota")
        return any(row.is_closed and not row.is_emptied for row in quotas)

    def _has_timer(self) -> bool:
        now = self._world.moment
        sagas = self._sagas.session.all("saga")
        return any(row.timer_at and row.timer_at <= now for row in sagas)

    def _abort_writes(self) -> None:
        self._world.objects.abort_stale_writes(self._world.settings.stale_write_s)
