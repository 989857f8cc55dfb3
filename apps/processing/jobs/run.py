"""One run: the source in, frames and ZIP out under keys with the fence, then the verdict's facts.

The log events `job.claimed`, `job.decoding`, `job.frames_stored`, `job.zip_stored`,
`job.before_commit` and `job.after_commit` are the named points at which a run may die.
"""

from collections.abc import Callable
from functools import partial

import structlog
from django.db import Error, connections

from apps.processing import services
from apps.processing.exceptions import RunFailed
from apps.processing.extraction import ChildDied, Refused, Stopped
from apps.processing.jobs.keeping import Keeper
from apps.processing.jobs.producing import Production
from apps.processing.services import Claim
from frameflow.storage import StorageError, store

log = structlog.stdlib.get_logger(__name__)


def work_on(claim: Claim) -> None:
    """Do a claimed run to its end; whatever fails becomes a decision on the row."""
    correlation = {"correlation_id": str(claim.job.pk), "fence": claim.fence}
    with structlog.contextvars.bound_contextvars(**correlation):
        log.info("job.claimed", run=claim.job.run, tries=claim.job.tries)
        production = Production(claim, Keeper(claim))
        try:
            kept = _produce(production)
        except Error as error:
            # The row keeps its lease; the sweeper takes the job back when it is over.
            log.warning("job.database_lost", reason=str(error))
            connections["processing"].close()
            return
        if not kept:
            _forget_objects(claim)
        log.info("job.ended", kept=kept)


def _produce(production: Production) -> bool:
    """Return whether the objects of this claim are named by the row now."""
    verdict = partial(_decide, production)
    try:
        production.run()
        log.info("job.before_commit")
        kept = production.publish()
        log.info("job.after_commit")
        return kept
    except Stopped:
        log.info("job.lost")
    except Refused as refusal:
        verdict(services.fail_for_good, refusal.code, refusal.detail)
    except RunFailed as failure:
        fail = partial(services.fail_for_good, retryable=failure.failure_retryable)
        verdict(fail, failure.failure_code, failure.detail)
    except ChildDied as death:
        verdict(services.note_child_death, death.code, death.detail)
    except StorageError as error:
        verdict(services.try_later, "storage", str(error))
    except Error:
        raise
    except Exception as error:
        log.exception("job.failed")
        verdict(services.try_later, "internal", type(error).__name__)
    return False


def _decide(production: Production, service: Callable[..., bool], code: str, detail: str) -> None:
    claim = production.claim
    log.info("job.failing", code=code, detail=detail)
    service(
        job=claim.job, fence=claim.fence, code=code, detail=detail, steps=production.teller.steps
    )


def _forget_objects(claim: Claim) -> None:
    """Delete our own objects; what fails here is left to the sweeper."""
    try:
        store().delete_prefix(claim.prefix)
    except StorageError as error:
        log.warning("job.objects_left", reason=str(error))
