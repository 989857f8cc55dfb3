"""Every cell of the Video's table."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now

from apps.upload import services
from apps.upload.exceptions import FrameFlowError
from apps.upload.models import Video
from apps.upload.transitions.video import TABLE, Input, VideoState, react
from frameflow.bus.models import OutboxMessage
from frameflow.contracts import Options
from frameflow.storage import ObjectStore
from tests import messages
from tests.databases import every_database
from tests.factories import MP4_HEAD, put_source, stored_video
from tests.tables import Cell, cells

pytestmark = every_database

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CELLS = [cell for cell in cells("Video and Extraction", table=0) if cell.state != "none"]


def row_in(state: str) -> Video:
    accepted = state in ("stored", "expired", "deleted")
    video = stored_video(state=state, extraction="ready" if accepted else None)
    if accepted:
        Video.objects.update(stored_at=AT)
    return video


def apply(heard: str, video: Video) -> None:
    if heard == "create":
        return  # every create makes a row of its own
    if heard.startswith("finalize"):
        put_source(video, MP4_HEAD if heard.endswith("ok") else b"not a video")
        services.complete_upload(video_id=video.pk, sha256="", options=Options(), at=AT)
    elif heard == "silent":
        Video.objects.update(active_at=Now() - timedelta(minutes=11))
        services.expire_silent_uploads()
    elif heard == "cancel":
        services.cancel_video(video_id=video.pk)
    elif heard.startswith("delete"):
        services.delete_video(video_id=video.pk)
    elif heard == "extract again":
        services.extract_again(video_id=video.pk, options=Options())
    else:
        _expire_all(video)


def _expire_all(video: Video) -> None:
    for extraction in video.extractions.all():
        ids = {"extraction_id": extraction.pk, "video_id": video.pk, "run": extraction.run}
        services.record_ending(ended=messages.extraction_ended("expired", **ids))


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.id)
def test_every_cell_of_the_table_is_what_the_row_does(cell: Cell, objects: ObjectStore) -> None:
    video = row_in(cell.state)
    with pytest.raises(FrameFlowError) if _is_refused(cell) else nullcontext():
        apply(cell.heard, video)
    assert Video.objects.get(pk=video.pk).state == cell.next_state
    said = list(OutboxMessage.objects.using("upload").values_list("type", flat=True))
    assert said == cell.says


@pytest.mark.parametrize(
    "cell", [each for each in CELLS if each.heard != "create"], ids=lambda c: c.id
)
def test_the_table_in_code_is_that_of_the_page(cell: Cell) -> None:
    """Every create makes a row of its own, so the code has no row for it."""
    reaction = react(VideoState(cell.state), Input(cell.heard), accepted=True)
    assert reaction.state == cell.next_state
    assert reaction.is_change == (not cell.is_ignored)
    assert ([reaction.says.type] if reaction.says else []) == cell.says
    assert {each.heard for each in CELLS} == {*Input, "create"}
    assert set(TABLE) == set(Input)


def _is_refused(cell: Cell) -> bool:
    """A wish for more of a video that is not there is told so; all else is quietly the same."""
    gone = {"extract again": {"uploading", "refused", "expired", "deleted"}, "cancel": {"deleted"}}
    return cell.state in gone.get(cell.heard, set())


def test_a_video_that_was_never_accepted_is_deleted_without_a_word() -> None:
    video = stored_video(state="expired", extraction=None)
    services.delete_video(video_id=video.pk)
    assert Video.objects.get(pk=video.pk).state == "deleted"
    assert not OutboxMessage.objects.using("upload").exists()
