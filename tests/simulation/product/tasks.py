"""Which scheduled tasks have nothing to do, where all is only to come to rest.

A task that is not named here is always run.
"""

from collections.abc import Callable, Mapping

from django.conf import settings

from tests.simulation.promises.quiet import GONE
from tests.simulation.snapshot import Snapshot


def never(seen: Snapshot) -> bool:
    """Return False: nothing that is promised waits for this task."""
    return False


def some_job(state: str) -> Callable[[Snapshot], bool]:
    """Return whether a job is in a state."""
    return lambda seen: any(each.state == state for each in seen.jobs.values())


def some_timer(seen: Snapshot) -> bool:
    """Return whether a saga may have a timer."""
    return bool(settings.RETENTION_DAYS) or any(
        each.state == "processing" for each in seen.sagas.values()
    )


def some_dead_source(seen: Snapshot) -> bool:
    """Return whether a raw video lies there, or what has grown of one, whose row is gone."""
    return any(
        each.state in GONE and (each.source_key in seen.objects or each.source_key in seen.growing)
        for each in seen.videos.values()
    )


def some_dead_object(seen: Snapshot) -> bool:
    """Return whether there are objects of a run that are not a finished one's."""
    done = {f"{key}/{job.fence}/" for key, job in seen.jobs.items() if job.state == "done"}
    runs = [key.split("/", 2)[2] for key in seen.objects if key.count("/") > 2]
    return any(not run.startswith(tuple(done)) for run in runs)


def some_unfinished(seen: Snapshot) -> bool:
    """Return whether an upload or a write has not come to its end."""
    uploading = any(each.state == "uploading" for each in seen.videos.values())
    return uploading or bool(seen.unfinished_writes or seen.growing)


def some_arrived(seen: Snapshot) -> bool:
    """Return whether all pieces of a video are here and nobody has made it whole."""
    return any(each.has_arrived for each in seen.videos.values())


def some_closed_account(seen: Snapshot) -> bool:
    """Return whether somebody has closed an account."""
    return any(each.type == "USER_DELETED" for each in seen.outbox.values())


NEEDED: Mapping[str, Callable[[Snapshot], bool]] = {
    "report_queue": never,
    "forget_answers": never,
    "forget_ended_shares": never,
    "purge_expired": never,
    "send_reset_links": never,
    "send_email_links": never,
    "send_due_notices": never,
    "report_overdue": never,
    "report_silent_leases": never,
    "release_expired_leases": some_job("running"),
    "wake_workers": some_job("queued"),
    "ring_timers": some_timer,
    "remove_sources": some_dead_source,
    "sweep_objects": some_dead_object,
    "expire_silent_uploads": some_unfinished,
    "complete_arrived": some_arrived,
    "empty_closed_accounts": some_closed_account,
}


def is_needed(name: str, seen: Snapshot) -> bool:
    """Return whether a task may have something to do."""
    return NEEDED.get(name, lambda seen: True)(seen)
