"""However many frames there are: one query, and pages that come at once."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.download import services
from apps.download.selectors import archives
from frameflow.storage import ObjectStore
from tests import messages
from tests.databases import every_database
from tests.download.conftest import Publish, manifest_of

pytestmark = every_database

MANY = 5000


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    archives._manifest.cache_clear()
    yield
    archives._manifest.cache_clear()


def queries(client: APIClient, url: str) -> int:
    with CaptureQueriesContext(connections["download"]) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    "address", ["frames/", "frames/?page_size=200&cursor=after-2", "frames/1/", "frames/1/thumb/"]
)
def test_frames_take_one_query_also_beside_older_and_newer_extractions(
    publish: Publish, as_owner: APIClient, address: str
) -> None:
    made = publish()
    publish(video_id=made["video_id"], extraction_no=2)
    newer = messages.ids(owner_id=made["owner_id"], video_id=made["video_id"], extraction_no=3)
    services.advance_archive(heard=messages.extraction_requested(**newer))
    assert queries(as_owner, made["url"] + address) == 1


def test_the_manifest_of_a_long_video_is_read_once(
    publish: Publish, as_owner: APIClient, owner: User, objects: ObjectStore
) -> None:
    made = publish()
    key = f"{made['prefix']}manifest.json"
    objects.delete(key)
    objects.put(key, manifest_of(MANY))
    last = as_owner.get(f"{made['url']}frames/?cursor=before-{MANY + 1}&page_size=1").json()
    assert (last["count"], last["results"][0]["index"], last["next"]) == (MANY, MANY, None)
    objects.delete(key)
    assert as_owner.get(f"{made['url']}frames/{MANY}/").json() == last["results"][0]
