"""Doors that know a person by a cookie: the page, and the API under a session."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.auth.models import User
from apps.upload.models import Quota, Video
from frameflow.storage import ObjectStore, store
from tests.databases import every_database
from tests.factories import MP4_HEAD

pytestmark = every_database

DOORS = ["/api/v1/videos/", "/"]
SECRET = "a" * 32
HEADER = {"HTTP_X_CSRFTOKEN": SECRET}
FILE_BYTES = 20_000_000


class Body:
    """A form on its way, made while it is read, so that what is read can be counted."""

    def __init__(self, token: str | None, *, file_first: bool = False) -> None:
        fields = {"interval": "2", **({} if token is None else {"csrfmiddlewaretoken": token})}
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in reversed(fields.items())
        ]
        file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
        before, after = (b"", b"".join(parts)) if file_first else (b"".join(parts), b"")
        self._head = before + file + MP4_HEAD
        self._tail = b"\r\n" + after + b"--x--\r\n"
        self.length = len(self._head) + FILE_BYTES - len(MP4_HEAD) + len(self._tail)
        self.read_bytes = 0
        self._chunks = self._in_chunks()
        self._left = b""

    def _in_chunks(self) -> Iterator[bytes]:
        yield self._head
        left = FILE_BYTES - len(MP4_HEAD)
        while left:
            yield bytes(min(left, 65536))
            left -= min(left, 65536)
        yield self._tail

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "the whole body was asked for at once"
        if not self._left:
            self._left = next(self._chunks, b"")
        chunk, self._left = self._left[:size], self._left[size:]
        self.read_bytes += len(chunk)
        return chunk

    def readline(self, size: int = -1) -> bytes:
        raise AssertionError("a form is read in chunks")


@pytest.fixture
def objects(settings: Settings, tmp_path: Path) -> Iterator[ObjectStore]:
    """A store on disk: what it holds is not in memory."""
    backend = "frameflow.storage.filesystem.FilesystemStore"
    settings.OBJECT_STORE = {"BACKEND": backend, "OPTIONS": {"root": str(tmp_path / "objects")}}
    store.cache_clear()
    yield store()
    store.cache_clear()


@pytest.fixture
def browser(owner: User, settings: Settings) -> Client:
    """A browser with the owner's session, held to every check."""
    settings.ROOT_URLCONF = "tests.upload.page_door"
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    client.cookies["csrftoken"] = SECRET
    return client


def send(browser: Client, door: str, body: Body, **headers: str) -> Any:
    more: dict[str, Any] = {
        "wsgi.input": body,
        "CONTENT_LENGTH": str(body.length),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        **headers,
    }
    return browser.generic("POST", door, **more)


def nothing_is_left(objects: ObjectStore) -> bool:
    return not Video.objects.exists() and not Quota.objects.exists() and not list(objects.list(""))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("token", "headers"), [(SECRET, {}), (None, HEADER)], ids=["in the form", "in the header"]
)
def test_a_video_of_a_session_is_taken_in_without_being_held_in_memory(
    browser: Client, objects: ObjectStore, door: str, token: str | None, headers: Any
) -> None:
    body = Body(token)
    send(browser, door, Body("wrong"))  # imports and caches are not this video's
    tracemalloc.start()
    answer = send(browser, door, body, **headers)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 201
    video = Video.objects.get()
    assert video.source_bytes == FILE_BYTES
    assert video.extractions.get().options["interval"] == 2
    assert objects.stat(video.source_key).size_bytes == FILE_BYTES
    assert peak_bytes < 5_000_000


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("token", "file_first"),
    [("b" * 32, False), (None, False), (SECRET, True)],
    ids=["another token", "no token", "the token behind the file"],
)
def test_a_form_without_the_token_is_refused_at_the_head_of_its_file(
    browser: Client, objects: ObjectStore, door: str, token: str | None, file_first: bool
) -> None:
    body = Body(token, file_first=file_first)
    answer = send(browser, door, body)
    assert answer.status_code == 403
    assert body.read_bytes < 1_000_000
    assert nothing_is_left(objects)


@pytest.mark.parametrize("door", DOORS)
def test_a_form_of_another_site_is_refused_before_it_is_read(
    browser: Client, objects: ObjectStore, door: str
) -> None:
    body = Body(SECRET)
    answer = send(browser, door, body, HTTP_ORIGIN="https://elsewhere.example")
    assert (answer.status_code, body.read_bytes) == (403, 0)
    assert nothing_is_left(objects)


@pytest.mark.parametrize("door", DOORS)
def test_a_secure_form_that_does_not_say_where_it_is_from_is_refused(
    browser: Client, door: str
) -> None:
    body = Body(SECRET)
    answer = send(browser, door, body, **{"wsgi.url_scheme": "https"})
    assert (answer.status_code, body.read_bytes) == (403, 0)


@pytest.mark.parametrize("door", DOORS)
def test_a_form_of_our_own_site_may_say_so(browser: Client, door: str) -> None:
    answer = send(browser, door, Body(SECRET), HTTP_ORIGIN="http://testserver")
    assert answer.status_code == 201


@pytest.mark.parametrize("door", DOORS)
def test_what_is_announced_too_large_is_refused_before_it_is_read(
    browser: Client, settings: Settings, door: str
) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000_000
    body = Body(SECRET)
    answer = send(browser, door, body)
    assert (answer.status_code, body.read_bytes) == (413, 0)


def test_the_refusal_of_the_api_has_a_code(browser: Client) -> None:
    answer = send(browser, "/api/v1/videos/", Body(None))
    assert answer.json()["code"] == "csrf_failed"


def test_options_that_are_wrong_leave_nothing_of_the_form(
    browser: Client, objects: ObjectStore, settings: Settings
) -> None:
    settings.MAX_FRAMES = 10
    body = Body(SECRET)
    body._head = body._head.replace(b"\r\n2\r\n", b"\r\n0\r\n")
    answer = send(browser, "/api/v1/videos/", body)
    assert answer.status_code == 422
    assert not Video.objects.exclude(state="deleted").exists()
    assert not list(objects.list(""))
