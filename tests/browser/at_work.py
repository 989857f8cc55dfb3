"""A run of which some frames are stored: `python -m tests.browser.at_work OWNER VIDEO DONE`.

Run again with more frames, it goes on; with none, it has failed.
"""

import base64
import sys
from uuid import UUID

import django

#: One pixel.
WEBP = base64.b64decode("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA=")


def main(owner_id: UUID, video_id: UUID, done: int) -> None:
    """Say to download what the other contexts would say."""
    from apps.download import services
    from frameflow.contracts import objects_prefix
    from frameflow.storage import store
    from tests import messages
    from tests.download.conftest import progressed

    ids = messages.ids(owner_id=owner_id, video_id=video_id, extraction_id=video_id)
    prefix = f"{objects_prefix(ids)}1/"
    services.advance_archive(heard=messages.file_uploaded(**ids))
    if not done:
        services.advance_archive(heard=messages.extraction_ended("failed", **ids))
    for number in range(1, done + 1):
        key = f"{prefix}thumbs/{number:05d}.webp"
        store().delete(key)
        store().put(key, WEBP)
    services.note_progress(progressed=progressed(**ids, frames_done=done, frames_prefix=prefix))


if __name__ == "__main__":
    django.setup()
    main(UUID(sys.argv[1]), UUID(sys.argv[2]), int(sys.argv[3]))
