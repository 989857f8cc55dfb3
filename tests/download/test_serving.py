"""A ZIP through the whole web application: the view decides, the dispatcher sends."""

import asyncio

import httpx
from rest_framework_simplejwt.tokens import AccessToken

from apps.auth.models import User
from frameflow.asgi import application
from tests.databases import every_database_committed
from tests.download.conftest import ZIP, Publish

pytestmark = every_database_committed


def get(path: str, user: User, **headers: str) -> httpx.Response:
    """Ask the web application as a program with a token."""
    token = {"Authorization": f"Bearer {AccessToken.for_user(user)}", **headers}

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(application)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path, headers=token)

    return asyncio.run(ask())


def test_the_owner_gets_the_bytes_and_never_the_key(publish: Publish, owner: User) -> None:
    answer = get(publish()["url"] + "zip/", owner)
    assert (answer.status_code, answer.content) == (200, ZIP)
    assert answer.headers["content-length"] == str(len(ZIP))
    assert not [name for name in answer.headers if "frameflow" in name]
    part = get(publish()["url"] + "zip/", owner, Range="bytes=-3")
    assert (part.status_code, part.content) == (206, ZIP[-3:])


def test_a_stranger_gets_a_problem(publish: Publish, stranger: User) -> None:
    answer = get(publish()["url"] + "zip/", stranger)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
