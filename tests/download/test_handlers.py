"""What the Archive makes of messages: late, doubled, in any order."""

from typing import Any

import pytest

from apps.download import services
from apps.download.exceptions import ForeignObjects, ZipNotSeen
from apps.download.models import Archive
from frameflow.bus.models import OutboxMessage
from frameflow.contracts import Outcome, objects_prefix
from frameflow.storage import ObjectStore
from tests import messages
from tests.databases import every_database
from tests.download.conftest import Publish, progressed, result_at, store_files

pytestmark = every_database


def prefix_of(ids: dict[str, Any]) -> str:
    return f"{objects_prefix(ids)}1/"


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
    ids = messages.ids()
    store_files(objects, prefix_of(ids))
    ended = messages.extraction_ended(**ids, result=result_at(prefix_of(ids)))
    archive = advance(ended, messages.file_uploaded(**ids))
    assert archive.state == "ready"
    assert published() == ["ARCHIVE_PUBLISHED"]


@pytest.mark.parametrize("data", [None, b"short"])
def test_a_zip_that_is_not_in_the_store_is_not_announced(
    objects: ObjectStore, data: bytes | None
) -> None:
    ids = messages.ids()
    if data is not None:
        objects.put(f"{prefix_of(ids)}frames.zip", data)
    ended = messages.extraction_ended(**ids, result=result_at(prefix_of(ids)))
    with pytest.raises(ZipNotSeen):
        services.advance_archive(heard=ended)
    assert not Archive.objects.exists()
    assert published() == []


@pytest.mark.parametrize("field", ["zip_key", "manifest_key", "frames_prefix"])
@pytest.mark.parametrize("whose", ["owner", "video", "nobody"])
def test_a_forged_verdict_opens_nothing_of_anybody_elses(
    objects: ObjectStore, publish: Publish, field: str, whose: str
) -> None:
    theirs, mine = publish(), messages.ids()
    elsewhere = {
        "owner": theirs["prefix"],
        "video": f"{mine['owner_id']}/{theirs['video_id']}/source",
        "nobody": f"{prefix_of(mine)[:-3]}0/1/",
    }[whose]
    store_files(objects, prefix_of(mine))
    forged = result_at(prefix_of(mine)).model_copy(update={field: elsewhere})
    with pytest.raises(ForeignObjects):
        services.advance_archive(heard=messages.extraction_ended(**mine, result=forged))
    assert not Archive.objects.filter(owner_id=mine["owner_id"]).exists()


def test_forged_progress_shows_nothing_of_anybody_elses(publish: Publish) -> None:
    theirs, mine = publish(), messages.ids()
    services.advance_archive(heard=messages.file_uploaded(**mine))
    with pytest.raises(ForeignObjects):
        services.note_progress(
            progressed=progressed(**mine, frames_done=5, frames_prefix=theirs["prefix"])
        )
    assert Archive.objects.get(owner_id=mine["owner_id"]).frames_done == 0


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
        facts = {"frames_prefix": prefix_of(ids), "fence": fence, "frames_done": frames_done}
        services.note_progress(progressed=progressed(**{**ids, **facts, **changed}))
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
