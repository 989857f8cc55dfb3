"""The status in SQL is the status in Python, in every state there is."""

from itertools import combinations_with_replacement, product
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.upload import selectors
from apps.upload.models import ExtractionState, Group, Status, Video, VideoState
from frameflow.contracts import Step
from tests.databases import every_database
from tests.factories import extraction_of, stored_video

pytestmark = every_database

#: Every look that an extraction can have.
LOOKS: list[dict[str, Any]] = [
    *({"state": "processing", "step": step.value} for step in Step),
    {"state": "ready", "run": 2, "published_run": 2},
    {"state": "ready", "run": 2, "published_run": 1},
    *({"state": state.value} for state in ExtractionState if state not in ("processing", "ready")),
]
SHOWN = [state for state in VideoState if state != VideoState.DELETED]


def every_video(owner_id: Any) -> None:
    """Store a video in every state, with none, one and two extractions of every look."""
    histories = [(), *((look,) for look in LOOKS), *product(LOOKS, LOOKS)]
    for history in histories:
        video = stored_video(owner_id=owner_id, extraction=None)
        for look in history:
            extraction_of(video, **look)
    for state, looks in product(SHOWN, [(), *combinations_with_replacement(LOOKS[:1], 1)]):
        video = stored_video(owner_id=owner_id, state=state.value, extraction=None)
        for look in looks:
            extraction_of(video, **look)


def test_a_list_filtered_by_a_status_holds_the_videos_of_that_status() -> None:
    owner_id = uuid4()
    every_video(owner_id)
    everything = list(selectors.list_videos(owner_id=owner_id))
    for status in Status:
        expected = {video.pk for video in everything if video.status == status}
        found = selectors.list_videos(owner_id=owner_id, statuses=[status])
        assert {video.pk for video in found} == expected, status
        assert expected, f"no example of {status}"


def test_the_groups_are_counted_in_one_query_and_all_is_everything() -> None:
    owner_id = uuid4()
    every_video(owner_id)
    stored_video()
    everything = list(selectors.list_videos(owner_id=owner_id))
    with CaptureQueriesContext(connections["upload"]) as queries:
        counts = selectors.count_by_group(owner_id=owner_id)
    assert len(queries) == 1
    assert counts[Group.ALL] == len(everything)
    for group in Group:
        members = [video for video in everything if video.status in group.statuses]
        assert counts[group] == len(members)


def test_every_status_that_a_video_can_have_has_a_label() -> None:
    steps, states = {str(step) for step in Step}, {str(state) for state in ExtractionState}
    assert steps | (states - {"processing"}) | {"uploading"} == set(Status.values)


@pytest.mark.parametrize("deleted_with", ["ready", None])
def test_a_deleted_video_is_in_no_list_and_no_count(deleted_with: str | None) -> None:
    video = stored_video(state="deleted", extraction=deleted_with)
    assert not selectors.list_videos(owner_id=video.owner_id)
    assert set(selectors.count_by_group(owner_id=video.owner_id).values()) == {0}
    assert Video.objects.filter(pk=video.pk).exists()
