"""What is said of a video, and what can be asked for, against the contract."""

from typing import Any

import pytest
from django.test import Client
from pydantic import ValidationError
from pytest_django.fixtures import Settings
from rest_framework import serializers
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload.api.serializers import OptionsSerializer, UploadSerializer, VideoSerializer
from frameflow.contracts import Options
from tests.databases import every_database
from tests.factories import extraction_of, stored_video

pytestmark = every_database

FIELDS = OptionsSerializer().fields
RESULT = {
    "frames": 3,
    "zip_bytes": 44346,
    "zip_sha256": "a" * 64,
    "duration_ms": 25_000,
    "frames_bytes": 1,
}


def accepts(name: str, value: Any) -> bool:
    """Return whether the contract takes a value for one option, whatever the others need."""
    try:
        Options.model_validate({name: value})
    except ValidationError as error:
        return all(not each["loc"] for each in error.errors())
    return True


def test_every_option_of_the_contract_is_a_field_with_its_words() -> None:
    assert list(FIELDS) == list(Options.model_fields)
    for name, info in Options.model_fields.items():
        assert FIELDS[name].help_text == info.description
        assert not FIELDS[name].required


def test_the_defaults_are_the_contracts_except_the_operators(settings: Settings) -> None:
    settings.FRAME_INTERVAL_S, settings.MAX_FRAMES = 2.5, 70
    fields = OptionsSerializer().fields
    given = Options().model_dump(mode="json") | {"interval": 2.5, "max_frames": 70}
    for name, default in given.items():
        assert fields[name].get_initial() == ("" if default in (None, []) else default)
    assert fields["max_frames"].max_value == 70


@pytest.mark.parametrize("name", [n for n, f in FIELDS.items() if hasattr(f, "max_value")])
def test_the_bounds_are_the_contracts(name: str) -> None:
    field, step = FIELDS[name], 1 if isinstance(FIELDS[name], serializers.IntegerField) else 0.01
    for bound, beyond in ((field.min_value, -step), (field.max_value, step)):
        assert accepts(name, bound)
        operators_own = name == "max_frames" and beyond > 0
        assert operators_own or not accepts(name, bound + beyond)


@pytest.mark.parametrize("name", ["mode", "format"])
def test_the_choices_are_the_contracts(name: str) -> None:
    assert all(accepts(name, choice) for choice in FIELDS[name].choices)
    annotation = Options.model_fields[name].annotation
    assert set(FIELDS[name].choices) == {each.value for each in annotation}  # type: ignore[union-attr]


def test_moments_are_a_list_with_the_contracts_bounds() -> None:
    field = FIELDS["timestamps"]
    assert isinstance(field, serializers.ListField)
    assert accepts("timestamps", [0] * field.max_length)
    assert not accepts("timestamps", [0] * (field.max_length + 1))
    assert field.child.max_value == 360_000


def shape(value: Any) -> Any:
    """Return the names in a document, without its values."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def shape_of(field: Any) -> Any:
    """Return the names that a field describes."""
    if isinstance(field, serializers.ListSerializer):
        return [shape_of(field.child)]
    if isinstance(field, serializers.Serializer):
        return {name: shape_of(each) for name, each in field.fields.items()}
    return None


def test_a_document_has_exactly_the_names_that_are_described(
    as_owner: APIClient, owner: User
) -> None:
    video = stored_video(owner_id=owner.pk, extraction=None)
    warning = {"code": "truncated", "detail": "", "from_ms": 1, "to_ms": None}
    extraction_of(video, "ready", result=RESULT, warnings=[warning])
    failure = {"code": "unreadable", "detail": "moov", "retryable": False}
    extraction_of(video, "failed", error=failure)
    document = as_owner.get(f"/api/v1/videos/{video.pk}/").json()
    assert shape(document) == shape_of(VideoSerializer())
    assert document["duration_s"] == 25.0
    assert document["options"]["interval"] == 10.0
    assert document["error"]["support_code"].startswith("UNREADABLE-")


def test_every_link_but_the_actions_leads_somewhere_or_says_why_not(
    as_owner: APIClient, owner: User
) -> None:
    video = stored_video(owner_id=owner.pk)
    links = as_owner.get(f"/api/v1/videos/{video.pk}/").json()["links"]
    assert set(links) == {
        "self", "zip", "frames", "manifest", "timeline", "events", "cancel", "retry",
    }  # fmt: skip
    assert links["events"] == f"{links['self']}events/"
    assert as_owner.get(links["self"]).status_code == 200


def browsable(owner: User, path: str) -> str:
    client = Client()
    client.force_login(owner)
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_browsable_list_has_a_form_whose_token_comes_before_its_file(owner: User) -> None:
    page = browsable(owner, "/api/v1/videos/")
    form = page[page.index('enctype="multipart/form-data"') :]
    assert form.index("csrfmiddlewaretoken") < form.index('type="file"')
    for name in UploadSerializer().fields:
        assert f'name="{name}"' in form
    assert 'value="10' in form
    assert '<option value="keyframes"' in form
    assert "Longest side in pixels" in form


@pytest.mark.parametrize(("path", "field"), [("retry", "run"), ("extractions", "interval")])
def test_the_wishes_have_forms_too(owner: User, path: str, field: str) -> None:
    video = stored_video(owner_id=owner.pk, extraction="failed")
    client = Client()
    client.force_login(owner)
    answer = client.post(f"/api/v1/videos/{video.pk}/{path}/", {}, headers={"accept": "text/html"})
    assert answer.status_code == 202
    assert f'name="{field}"' in answer.content.decode()


def test_a_form_sent_as_it_is_shown_is_right(as_owner: APIClient, owner: User) -> None:
    video = stored_video(owner_id=owner.pk)
    fields = {name: field.get_initial() for name, field in OptionsSerializer().fields.items()}
    answer = as_owner.post(f"/api/v1/videos/{video.pk}/extractions/", fields, format="multipart")
    assert answer.status_code == 202
    assert answer.json()["options"] == Options().model_dump(mode="json")
