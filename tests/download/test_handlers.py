"""What the Archive makes of messages: late, doubled, in any order."""

from typing import Any

import pytest

from apps.download import services
from apps.download.exceptions import ZipNotSeen
from apps.download.models import Archive
from frameflow.bus.models import OutboxMessage
from frameflow.contracts import Outcome
from frameflow.storage import ObjectStore
from tests import messages
from tests.databases import every_database
from tests.download.conftest import Publish, progressed, result_at, store_files

pytestmark = every_database

PREFIX = "o/v/e/1/"


def published() -> list[str]:
    """Return the wire names that download keeps in its outbox."""
    return list(OutboxMessage.objects.using("download").values_list("type", flat=True))


def advance(*heard: Any) -> Archive:
    for message in heard:
        services.advance_archive(heard=message)
    return Archive.objects.get()


def test_an_accepted_upload_opens_an_archive_that_is_awaited() -> None:
    archive = advance(messages.file_uploaded())
    assert (archive.state, archive.run, published()) == ("awaited", 1, [])


def test_a_ready_verdict_publishes_the_archive_once(publish: Publish) -> None:
    ids = publish()
    ended = messages.extraction_ended(
        **{name: ids[name] for name in messages.ids()}, result=result_at(ids["prefix"])
    )
    archive = advance(ended, ended)
    assert archive.state == "ready"
    assert published() == ["ARCHIVE_PUBLISHED"]


def test_a_verdict_may_come_before_everything_else(objects: ObjectStore) -> None:
    store_files(objects, PREFIX)
    ids = messages.ids()
    ended = messages.extraction_ended(**ids, result=result_at(PREFIX))
    archive = advance(ended, messages.file_uploaded(**ids))
    assert archive.state == "ready"
    assert published() == ["ARCHIVE_PUBLISHED"]


@pytest.mark.parametrize("data", [None, b"short"])
def test_a_zip_that_is_not_in_the_store_is_not_announced(
    objects: ObjectStore, data: bytes | None
) -> None:
    if data is not None:
        objects.put(f"{PREFIX}frames.zip", data)
    ended = messages.extraction_ended(result=result_at(PREFIX))
    with pytest.raises(ZipNotSeen):
        services.advance_archive(heard=ended)
    assert not Archive.objects.exists()
    assert published() == []


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELLED, Outcome.EXPIRED])
def test_another_ending_forgets_where_the_files_were(publish: Publish, outcome: Outcome) -> None:
    ids = publish()
    ids = {name: ids[name] for name in messages.ids()}
    archive = advance(messages.extraction_ended(outcome.value, **ids))
    assert (archive.state, archive.outcome) == ("gone", outcome.value)
    assert (archive.zip_key, archive.manifest_key, archive.frames_prefix) == ("", "", "")


def test_deleted_is_for_ever() -> None:
    ids = messages.ids()
    archive = advance(
        messages.extraction_ended("deleted", **ids),
        messages.file_uploaded(**ids),
        messages.extraction_requested(**{**ids, "run": 2}),
    )
    assert archive.state == "deleted"


def test_progress_shows_frames_of_the_present_run_and_never_goes_back() -> None:
    ids = messages.ids()

    def progress(fence: int, frames_done: int, **changed: Any) -> tuple[int, int]:
        services.note_progress(
            progressed=progressed(**{**ids, **changed}, fence=fence, frames_done=frames_done)
        )
        archive = Archive.objects.get()
        return archive.progress_fence, archive.frames_done

    advance(messages.file_uploaded(**ids))
    assert progress(1, 4) == (1, 4)
    assert progress(1, 2) == (1, 4)
    assert progress(2, 1) == (2, 1)
    assert progress(1, 9) == (2, 1)
    assert progress(3, 9, run=2) == (2, 1)
    advance(messages.extraction_ended("failed", **ids))
    assert progress(3, 9) == (0, 0)
