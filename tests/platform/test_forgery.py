"""No other site can send a form in somebody's name: every unsafe request of a session is asked for
the token of its pages, or of its API."""

import pytest
from django.test import Client

from apps.auth.models import User
from tests.databases import every_database
from tests.platform.routes import routes
from tests.platform.test_route_matrix import address_of

pytestmark = every_database

#: Doors that look at no session: what they need stands in the body.
OPEN = {
    f"api/v1/auth/{door}/"
    for door in (
        "register",
        "token",
        "token/refresh",
        "token/verify",
        "logout",
        "password/reset",
        "password/reset/confirm",
    )
}
UNSAFE = [
    (method, route.pattern)
    for route in routes()
    for method in route.methods
    if method != "GET" and route.pattern not in OPEN
]


@pytest.fixture
def browser(db: None) -> Client:
    """A superuser, who may do everything, on the page of somebody else."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root@example.com", "correct horse battery"))
    return client


def test_an_unsafe_request_without_the_token_is_refused_everywhere(browser: Client) -> None:
    ids = dict.fromkeys(
        ("video_id", "pk", "token_id", "share_id", "extraction_id"),
        "5a9f0d4c-8a53-4c44-9d2f-0a1b2c3d4e5f",
    )
    statuses = {
        f"{method} /{pattern}": browser.generic(
            method, address_of(pattern, ids, {}), b"{}", content_type="application/json"
        ).status_code
        for method, pattern in UNSAFE
    }
    assert len(statuses) > 100
    # the form with a video is asked for it where the video begins (test_receiving_by_session)
    assert statuses.pop("POST /") == 422
    nothing_to_do = {row for row, status in statuses.items() if status == 405}
    assert nothing_to_do == {"POST /healthz", "POST /metrics", "POST /readyz"}
    assert set(statuses.values()) == {403, 405}
