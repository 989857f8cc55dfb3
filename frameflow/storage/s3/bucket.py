"""One bucket, one client for all threads, and how its refusals are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

from frameflow.storage.exceptions import ObjectExists, ObjectNotFound, StorageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 10
ATTEMPTS = 2  # the callers retry with patience of their own; nobody waits for a dead bucket
MAX_CONNECTIONS = 128  # as many as bodies and downloads travel at once

MISSING = {"404", "NoSuchKey", "NoSuchUpload", "NotFound"}
TAKEN = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
BEYOND = {"416", "InvalidRange"}


class PastTheEnd(StorageError):
    """The object ends before the bytes that were asked for."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Where the objects are. Empty values are left to the AWS SDK, which looks for them in its
    usual places; `prefix` stands before every key."""

    name: str
    endpoint_url: str = ""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str = ""
    addressing_style: str = "auto"
    prefix: str = ""

    @cached_property
    def client(self) -> "S3Client":
        """The client, opened by django-storages. Clients are safe to share between threads;
        a session for each thread would read its models from the disk again."""
        storage = S3Storage(
            bucket_name=self.name,
            endpoint_url=self.endpoint_url or None,
            region_name=self.region or None,
            access_key=self.access_key_id or None,
            secret_key=self.secret_access_key or None,
            security_token=self.session_token or None,
            client_config=self._config(),
        )
        client: S3Client = storage.connection.meta.client
        return client

    def _config(self) -> Config:
        style: Any = {"addressing_style": self.addressing_style}
        return Config(
            signature_version="s3v4",
            s3=style,
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=MAX_CONNECTIONS,
            # Servers beside Amazon's do not know the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )

    def full(self, key: str) -> str:
        """Return a key as the bucket knows it."""
        return f"{self.prefix}{key}"

    def own(self, full_key: str) -> str:
        """Return a key of the bucket as we know it."""
        return full_key.removeprefix(self.prefix)

    def require(self) -> None:
        """Raise `StorageError` where the bucket itself is not there: then nothing is missing."""
        try:
            self.client.head_bucket(Bucket=self.name)
        except (ClientError, BotoCoreError) as error:
            raise StorageError(f"the bucket does not answer: {error}") from error


@contextmanager
def refusals(key: str) -> Iterator[None]:
    """Tell what the bucket refuses, or that it does not answer, in our own words."""
    try:
        yield
    except ClientError as error:
        raise _refusal(key, error) from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise StorageError(f"{key}: {type(error).__name__}") from error


def _refusal(key: str, error: ClientError) -> StorageError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in MISSING:
        return ObjectNotFound(f"{key} is not there")
    if code in TAKEN:
        return ObjectExists(f"{key} is taken")
    if code in BEYOND:
        return PastTheEnd(f"{key} ends before")
    return StorageError(f"{key}: {code}")
