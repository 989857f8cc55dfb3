"""An owner, a stranger, and videos of the owner's in the states that the operations ask for."""

import json
from typing import Any
from uuid import UUID

from apps.auth.models import User
from apps.download import services as download
from apps.orchestration import selectors
from apps.orchestration import services as orchestration
from frameflow.api.examples import FILE
from frameflow.contracts import Options, objects_prefix
from frameflow.storage import store
from tests import messages
from tests.download.conftest import result_at, store_files
from tests.factories import extraction_of, put_source, stored_video

PASSWORD = "correct horse battery"
RESULT = {"frames": 5, "zip_bytes": 2050, "zip_sha256": "ab" * 32, "duration_ms": 50_000}
MANIFEST = json.loads(FILE.read_text())["GET /api/v1/videos/{video_id}/manifest/"]["answer"]
FAILURE = {"code": "storage", "detail": "", "retryable": True}


def a_person(name: str) -> User:
    """Store an account whose password is known."""
    return User.objects.create_user(email=f"{name}@example.com", password=PASSWORD)


def videos_of(owner: User) -> dict[str, UUID]:
    """Store a video that is ready everywhere, one that failed, and one at work."""
    made = {
        "ready": _video(owner, "ready", result=RESULT),
        "failed": _video(owner, "failed", error=FAILURE),
        "processing": _video(owner, "processing", step="extracting", percent=40),
    }
    _publish(owner, made["ready"])
    return made


def _video(owner: User, state: str, **more: Any) -> UUID:
    video = stored_video(owner_id=owner.pk, extraction=None)
    put_source(video)
    extraction_of(video, state, options=Options().model_dump(mode="json"), **more)
    return video.pk


def _publish(owner: User, video_id: UUID) -> None:
    ids = messages.ids(owner_id=owner.pk, video_id=video_id, extraction_no=1)
    prefix = f"{objects_prefix(ids)}1/"
    store_files(store(), prefix, manifest=json.dumps(MANIFEST).encode())
    heard = messages.file_uploaded(**ids)
    download.advance_archive(heard=heard)
    orchestration.advance_saga(heard=heard, at=selectors.get_now())
    ended = messages.extraction_ended(**ids, result=result_at(prefix))
    download.advance_archive(heard=ended)
