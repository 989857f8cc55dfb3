"""What is told of a run while it goes on: its steps for the timeline, its progress for the page."""

import time
from contextlib import suppress
from fractions import Fraction

from django.db import Error
from django.utils import timezone

from apps.processing import services
from apps.processing.extraction import VideoFacts
from apps.processing.services import Claim
from frameflow.contracts import Options, Step, StepTaken

TELL_EVERY_S = 1.0
ETA_AFTER_S = 3.0
#: Checks take the first percents, packing the last, the frames what lies between.
CHECKED_PERCENT, PACKING_PERCENT = 5, 96
FRAMES_PERCENT = 90


class Teller:
    """Keeps the steps of one claim and says how far it is, at most once a second."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.frames_done = 0
        self.frames_total: int | None = None
        self._share = 0.0
        self._steps: list[StepTaken] = []
        self._told_at = 0.0

    @property
    def steps(self) -> tuple[StepTaken, ...]:
        """Return the steps taken so far."""
        return tuple(self._steps)

    def enter(self, step: Step, percent: int) -> None:
        """End the step before, begin this one, and say so."""
        self.leave()
        self._steps.append(
            StepTaken(
                step=step,
                started_at=timezone.now(),
                ended_at=None,
                tries=self.claim.job.tries,
                reason=self._reason(),
            )
        )
        self._tell(percent)

    def leave(self) -> None:
        """End the step in hand."""
        if self._steps and self._steps[-1].ended_at is None:
            self._steps[-1] = self._steps[-1].model_copy(update={"ended_at": timezone.now()})

    def frame_stored(self, share: float) -> None:
        """Count a frame; `share` of all the work on frames is done with it, 0 to 1."""
        self.frames_done += 1
        self._share = share
        if time.monotonic() - self._told_at >= TELL_EVERY_S:
            self._tell(int(CHECKED_PERCENT + share * FRAMES_PERCENT))

    def _reason(self) -> str | None:
        """Return why this is not the first try."""
        job = self.claim.job
        if job.tries < 2 or not job.last_error:
            return None
        return str(job.last_error["detail"])[:200]

    def _tell(self, percent: int) -> None:
        self._told_at = time.monotonic()
        with suppress(Error):  # the database is away: the keeper deals with that
            services.report_progress(
                job=self.claim.job,
                fence=self.claim.fence,
                step=self._steps[-1].step,
                percent=percent,
                frames_done=self.frames_done,
                frames_total=self.frames_total,
                eta_ms=self._eta_ms(),
            )

    def _eta_ms(self) -> int | None:
        """Return what remains at the pace so far; None at first, and outside the extraction."""
        now = self._steps[-1]
        if now.step is not Step.EXTRACTING or not self._share:
            return None
        spent_s = (timezone.now() - now.started_at).total_seconds()
        left = 1 / self._share - 1
        return int(1000 * spent_s * left) if spent_s > ETA_AFTER_S else None


def share_done(options: Options, facts: VideoFacts, frames_done: int, at_s: Fraction) -> float:
    """Return which share of the frames is made, 0 to 1, with the one at `at_s`.

    It goes by time where only decoding tells how many there will be.
    """
    if facts.frames_expected and not options.distinct:
        return min(frames_done / facts.frames_expected, 1.0)
    start_s, end_s = Fraction(options.start or 0), facts.duration_s
    span_s = (end_s if options.end is None else min(Fraction(options.end), end_s)) - start_s
    return min(max(float((at_s - start_s) / span_s), 0.0), 1.0) if span_s > 0 else 0.0
