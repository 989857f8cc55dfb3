"""Pages as a person reads them, and videos in every state."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.auth.models import User
from apps.upload.models import Video
from tests.factories import extraction_of, stored_video

RESULT = {"frames": 13, "zip_bytes": 740_000, "zip_sha256": "ab" * 32, "duration_ms": 125_000}
UNREADABLE = {"code": "unreadable", "detail": "seen", "retryable": False}
STORAGE = {"code": "storage", "detail": "bucket-7 is away", "retryable": True}
WARNING = {"code": "truncated", "detail": "x", "from_ms": 90_000, "to_ms": 125_000}


def in_browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(page: Client, address: str, status: int = 200) -> str:
    """Return what a person reads, in one line."""
    answer = page.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return words_in(answer.content.decode())


def words_in(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")] if "<main" in html else html
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\u00a0", " ")


def video_in(owner: User, state: str, **more: Any) -> Video:
    video = stored_video(owner_id=owner.pk, extraction=None)
    extraction_of(video, state, **more)
    return video


def film(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "video/mp4")
