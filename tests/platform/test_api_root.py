"""The first page of the API, and how it refuses what it does not know."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.databases import every_database
from tests.factories import stored_video

pytestmark = every_database


def test_the_root_names_every_door_that_needs_no_id() -> None:
    doors = APIClient().get("/api/v1/").json()
    assert {"auth/register", "auth/token", "auth/me", "videos", "limits"} <= set(doors)
    assert doors["videos"] == "http://testserver/api/v1/videos/"
    assert "" not in doors
    assert not any("<" in door for door in doors)


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "code"),
    [
        ("get", "/api/v1/nothing/", {}, 404, "not_found"),
        ("get", "/api/nothing", {}, 404, "not_found"),
        ("get", "/api/v1/videos/no-id/", {}, 404, "not_found"),
        ("put", "/api/v1/videos/", {}, 405, "method_not_allowed"),
        ("post", "/api/v1/videos/{id}/", {}, 405, "method_not_allowed"),
        ("get", "/api/v1/videos/{id}/retry/", {}, 405, "method_not_allowed"),
        ("get", "/api/v1/videos/{id}/", {"HTTP_IF_MATCH": '"x"'}, 412, "precondition_failed"),
        ("post", "/api/v1/videos/", {"CONTENT_TYPE": "text/csv"}, 415, "unsupported_type"),
        ("patch", "/api/v1/videos/{id}/", {"CONTENT_TYPE": "text/csv"}, 415, "unsupported_type"),
        ("get", "/api/v1/videos/?page=0", {}, 422, "invalid"),
    ],
)
def test_every_refusal_of_the_api_is_a_problem(
    as_owner: APIClient, owner: Any, method: str, path: str, more: Any, status: int, code: str
) -> None:
    url = path.format(id=stored_video(owner_id=owner.pk).pk)
    answer = as_owner.generic(method.upper(), url, "x" if "CONTENT_TYPE" in more else "", **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["instance"] == url.partition("?")[0]


def test_a_fault_of_ours_is_a_problem_without_its_reason(
    as_owner: APIClient, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**wishes: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("apps.upload.selectors.list_videos", fail)
    answer = as_owner.get("/api/v1/videos/")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_cannot_be_posted_to_and_says_so(path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path)
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
