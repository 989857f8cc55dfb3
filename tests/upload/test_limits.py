"""What programs can ask before they send."""

from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload.models import Quota
from apps.upload.models.source_type import has_known_extension
from tests.databases import every_database

pytestmark = every_database

URL = "/api/v1/limits/"


def test_everybody_can_ask_for_the_limits(settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES, settings.QUOTA_BYTES, settings.FRAME_INTERVAL_S = 5, 50, 2.5
    answer = APIClient().get(URL).json()
    assert answer["max_upload_bytes"] == 5
    assert answer["quota_bytes"] == 50
    assert answer["frame_interval_s"] == 2.5
    assert (answer["min_interval_s"], answer["max_interval_s"]) == (0.1, 3600)
    assert answer["used_bytes"] is None
    assert answer["retention_days"] is None
    assert answer["max_active_uploads"] == 5


def test_the_endings_are_those_that_are_taken() -> None:
    extensions = APIClient().get(URL).json()["extensions"]
    assert all(has_known_extension(f"a.{each}") for each in extensions)
    assert {"mp4", "mov", "mkv", "avi", "webm"} <= set(extensions)


def test_who_is_known_learns_what_is_used(as_owner: APIClient, owner: User) -> None:
    assert as_owner.get(URL).json()["used_bytes"] == 0
    Quota.objects.update_or_create(owner_id=owner.pk, defaults={"used_bytes": 7})
    assert as_owner.get(URL).json()["used_bytes"] == 7
