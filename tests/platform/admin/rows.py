"""Rows of every aggregate for the admin's tests: one of each, or very many."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from apps.auth.models import ApiToken, Notice, User
from apps.download.models import Archive, Share
from apps.orchestration.models import Saga, SagaStep
from apps.processing.models import Frame, ProcessingJob
from apps.upload.models import Extraction, Video
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.contracts import Options
from tests.factories import stored_video

NOW = datetime.now(UTC)
ADDRESS = "olivia.anders@example.com"
NAME = "holiday in Recife.mp4"
DIGEST = "d" * 64
FAILURE = {"code": "unreadable", "detail": "It ends too early.", "retryable": False}


def one_of_each() -> Video:
    """Store a failed video of one person, and its rows in every context."""
    person = User.objects.create_user(email=ADDRESS, password="correct horse battery")
    video = stored_video(owner_id=person.pk, extraction="failed", name=NAME)
    extraction = video.extractions.get()
    Extraction.objects.filter(pk=extraction.pk).update(error=FAILURE)
    ids = {
        "extraction_id": extraction.pk,
        "video_id": video.pk,
        "owner_id": person.pk,
    }
    Notice.objects.create(**ids, run=1, kind="failed", due_at=NOW)
    ApiToken.objects.create(user=person, name="laptop of Olivia", prefix="ff_1", digest=DIGEST)
    numbered = {**ids, "extraction_no": 1, "run": 1}
    job = ProcessingJob.objects.create(
        **numbered, state="failed", last_error=FAILURE, options=Options().model_dump(mode="json")
    )
    Frame.objects.create(
        job=job, index=1, requested_ms=0, pts_ms=0, key="k", width=64, height=48, size_bytes=900
    )
    archive = Archive.objects.create(**numbered, state="gone", outcome="failed")
    Share.objects.create(archive=archive, name=NAME, prefix="Zm9v", digest=DIGEST, expires_at=NOW)
    _history(Saga.objects.create(**numbered, state="failed"))
    _messages(extraction.pk)
    return video


def _history(saga: Saga) -> None:
    steps = [
        {
            "step": "checking",
            "started_at": "2026-03-01T12:00:01Z",
            "ended_at": "2026-03-01T12:00:03.500Z",
            "tries": 2,
            "reason": FAILURE["detail"],
        }
    ]
    line = {"saga": saga, "run": 1}
    SagaStep.objects.create(**line, heard="FILE_UPLOADED", from_state="none", to_state="processing")
    SagaStep.objects.create(
        **line,
        heard="FILE_FAILED",
        from_state="processing",
        to_state="failed",
        cause="unreadable",
        steps=steps,
    )


def _messages(extraction_id: UUID) -> None:
    said = OutboxMessage.objects.using("upload").create(
        id=uuid4(),
        type="FILE_UPLOADED",
        version=1,
        correlation_id=extraction_id,
        producer="upload",
        payload={"source_bytes": 10},
        occurred_at=NOW,
    )
    OutboxDelivery.objects.using("upload").create(message=said, consumer="orchestration")
    InboxMessage.objects.using("upload").create(
        message_id=uuid4(),
        consumer="upload",
        type="EXTRACTION_ENDED",
        correlation_id=extraction_id,
        attempts=3,
        last_error="ValueError: a long story",
    )
