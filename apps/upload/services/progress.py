"""How far the newest run is: columns on the extraction, never a decision."""

from django.db.models import Q
from django.db.models.functions import Now

from apps.upload.models import Extraction
from apps.upload.models.extraction import AT_WORK
from frameflow.bus import unit_of_work
from frameflow.contracts import ExtractionProgressed, Step

_ORDER = list(Step)


def record_progress(*, progressed: ExtractionProgressed) -> None:
    """Show the newest progress by (run, fence, step); older news changes nothing."""
    not_later = [step.value for step in _ORDER[: _ORDER.index(progressed.step) + 1]]
    newer = Q(progress_fence__lt=progressed.fence) | Q(
        progress_fence=progressed.fence,
        step__in=not_later,
        frames_done__lte=progressed.frames_done,
    )
    with unit_of_work("upload"):
        mine = Extraction.objects.filter(
            newer, pk=progressed.extraction_id, run=progressed.run, state__in=AT_WORK
        )
        mine.update(
            progress_fence=progressed.fence,
            step=progressed.step,
            percent=progressed.percent,
            frames_done=progressed.frames_done,
            frames_total=progressed.frames_total,
            eta_ms=progressed.eta_ms,
            queue_position=progressed.queue_position,
            progressed_at=Now(),
        )
