"""Links: signed as Amazon would sign them, and used only while they open."""

import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import botocore.auth
import httpx
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from frameflow.storage.s3 import S3Store
from frameflow.storage.s3.links import LINK_S
from tests.s3_server import KEYS, S3Server
from tests.waiting import eventually

HEADERS = {
    "disposition": "attachment; filename=\"f r.zip\"; filename*=utf-8''f%20%C3%A9.zip",
    "content_type": "application/zip",
}
SIGNED_BY_US = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
                "X-Amz-SignedHeaders", "X-Amz-Signature")  # fmt: skip


@pytest.fixture
def store(bucket_options: dict[str, Any], server: S3Server) -> S3Store:
    store = S3Store(**bucket_options, public_endpoint_url=server.url)
    assert store.links_open() is True
    return store


def signature_by_botocore(link: str) -> str:
    """Return what botocore's own signer gives for the same request at the same moment."""
    parts = urlsplit(link)
    query = dict(parse_qsl(parts.query))
    rest = urlencode({name: query[name] for name in query if name not in SIGNED_BY_US})
    request = AWSRequest("GET", urlunsplit(parts._replace(query=rest)))
    keys = Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])
    S3SigV4QueryAuth(keys, "s3", KEYS["AWS_REGION"], expires=LINK_S).add_auth(request)
    return parse_qs(urlsplit(request.url).query)["X-Amz-Signature"][0]


def test_a_link_is_signed_for_five_minutes_and_for_these_headers(
    store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = store.link("a/frames.zip", **HEADERS) or ""
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert query["X-Amz-Expires"] == "300"
    assert query["X-Amz-SignedHeaders"] == "host"
    assert query["response-content-type"] == "application/zip"
    assert query["response-content-disposition"] == HEADERS["disposition"]
    signed_at = datetime.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ")  # noqa: DTZ007
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: signed_at)
    assert signature_by_botocore(link) == query["X-Amz-Signature"]
    assert (
        signature_by_botocore(link.replace("frames.zip", "other.zip")) != query["X-Amz-Signature"]
    )


def test_a_link_opens_and_says_what_it_is(store: S3Store) -> None:
    store.put("a/frames.zip", b"0123456789")
    answer = httpx.get(store.link("a/frames.zip", **HEADERS) or "", headers={"Range": "bytes=2-4"})
    assert (answer.status_code, answer.content) == (206, b"234")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == HEADERS["disposition"]


def test_without_a_public_endpoint_there_are_no_links(bucket_options: dict[str, Any]) -> None:
    store = S3Store(**bucket_options)
    assert store.link("a", **HEADERS) is None
    assert store.links_open() is None


def test_links_that_do_not_open_are_not_given(bucket_options: dict[str, Any]) -> None:
    store = S3Store(**bucket_options, public_endpoint_url="http://127.0.0.1:9")
    assert store.links_open() is False
    assert store.link("a", **HEADERS) is None
    assert store.is_empty()


def test_the_answer_is_found_out_beside_and_not_believed_for_ever(
    bucket_options: dict[str, Any], server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = S3Store(**bucket_options, public_endpoint_url=server.url)
    assert store.link("a", **HEADERS) is None  # nobody waits for the first answer
    eventually(lambda: store.link("a", **HEADERS), "links open")
    links: Any = store._links
    links._public = links._public.__class__(**{**bucket_options, "endpoint_url": "http://[::1]:9"})
    assert store.link("a", **HEADERS) is not None
    links._valid_until_s = 0.0
    assert store.link("a", **HEADERS) is None  # an old answer is no answer
    eventually(lambda: store.link("a", **HEADERS) is None, "links are no longer believed")
