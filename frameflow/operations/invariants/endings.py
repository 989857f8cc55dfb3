"""Every run comes to one end, all agree on it, and nobody is told of it twice."""

from apps.orchestration.models import Saga
from apps.upload.models import Extraction
from frameflow.operations.invariants.evidence import Breaches, Evidence, asked, chunks

_DOUBLE_ENDINGS = """
SELECT correlation_id, payload->>'run', count(*) FROM outbox_message
WHERE type = 'EXTRACTION_ENDED' AND payload->>'outcome' IN ('ready', 'failed', 'cancelled')
GROUP BY 1, 2 HAVING count(*) > 1
"""
#: From rest only to expired, deleted, or by a higher run; each step begins where the last ended.
_UNLAWFUL_STEPS = """
SELECT saga_id, from_state, to_state, run FROM (
  SELECT *, lag(to_state, 1, 'none') OVER story AS was, lag(run, 1, 0) OVER story AS last_run
  FROM saga_step WINDOW story AS (PARTITION BY saga_id ORDER BY id)
) step
WHERE from_state <> was OR from_state = 'deleted' OR run < last_run
  OR (from_state IN ('ready', 'failed', 'cancelled', 'expired') AND run = last_run
      AND to_state NOT IN ('expired', 'deleted', from_state))
"""
_DOUBLE_NOTICES = """
SELECT kind, extraction_id, run, count(*) FROM notice GROUP BY 1, 2, 3 HAVING count(*) > 1
"""


def accepted_is_terminal(evidence: Evidence) -> Breaches:
    """I1: every accepted extraction has ended."""
    at_work = Extraction.objects.filter(state__in=("processing", "cancelling"))
    for each in at_work.exclude(video__state="deleted").iterator():
        yield f"extraction {each.pk} is still {each.state}"


def one_ending_for_a_run(evidence: Evidence) -> Breaches:
    """I4a: a run ends once, and what is at rest changes only to expired, deleted or a new run."""
    for pk, run, count in asked("orchestration", _DOUBLE_ENDINGS):
        yield f"extraction {pk} run {run} ended {count} times"
    for pk, before, after, run in asked("orchestration", _UNLAWFUL_STEPS):
        yield f"saga {pk} went from {before} to {after} in run {run}"


def saga_agrees_with_upload(evidence: Evidence) -> Breaches:
    """I4: saga and upload agree on state and run."""
    everything = Extraction.objects.select_related("video").order_by("pk")
    for chunk in chunks(everything.iterator(chunk_size=2000)):
        sagas = Saga.objects.in_bulk([each.pk for each in chunk])
        for each in chunk:
            yield from _disagreement(each, sagas.get(each.pk))
    for sagas_chunk in chunks(Saga.objects.values_list("pk", flat=True).iterator()):
        known = Extraction.objects.filter(pk__in=sagas_chunk).values_list("pk", flat=True)
        yield from (f"saga {pk} is of no extraction" for pk in set(sagas_chunk) - set(known))


def _disagreement(extraction: Extraction, saga: Saga | None) -> Breaches:
    heard = (saga.state, saga.run) if saga else None
    if extraction.video.state == "deleted":
        if saga is None or saga.state != "deleted":
            yield f"extraction {extraction.pk} is of a deleted video, its saga {saga}"
    elif heard != (extraction.state, extraction.run):
        yield f"extraction {extraction.pk} is {extraction.state} run {extraction.run}, saga {saga}"


def one_notice_of_a_kind(evidence: Evidence) -> Breaches:
    """I5a: at most one notice of a kind for a run."""
    for kind, pk, run, count in asked("auth", _DOUBLE_NOTICES):
        yield f"{count} notices {kind} of extraction {pk} run {run}"
