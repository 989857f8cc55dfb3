"""Links that open one object for a few minutes, and whether people can open them at all."""

import threading
import time
import urllib.request
from dataclasses import replace
from http.client import HTTPException
from uuid import uuid4

import structlog

from frameflow.storage.base import ObjectStore
from frameflow.storage.exceptions import StorageError
from frameflow.storage.s3.bucket import Bucket, refusals

LINK_S = 300
TRUST_S = 300.0
DOUBT_S = 60.0
TRY_WITHIN_S = 5.0

log = structlog.stdlib.get_logger(__name__)


class Links:
    """Signs links to the endpoint where people reach the bucket.

    Whether such a link opens is tried out at the start, and beside a request that finds the answer
    old; nobody waits for it. Without a fresh answer, and after a failure, there are no links.
    """

    def __init__(self, bucket: Bucket, store: ObjectStore, public_endpoint_url: str) -> None:
        self._public = replace(bucket, endpoint_url=public_endpoint_url)
        self._store = store
        self._trying = threading.Lock()
        self._are_open = False
        self._valid_until_s = 0.0

    def are_open(self) -> bool:
        """Return the last answer. An old one is no answer: it is asked for anew, beside."""
        if time.monotonic() < self._valid_until_s:
            return self._are_open
        if self._trying.acquire(blocking=False):
            threading.Thread(target=self._try_beside, name="links", daemon=True).start()
        return False

    def signed(self, key: str, *, disposition: str, content_type: str) -> str:
        """Return an address that opens an object for five minutes. No request is made."""
        with refusals(key):
            return self._public.client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._public.name,
                    "Key": self._public.full(key),
                    "ResponseContentDisposition": disposition,
                    "ResponseContentType": content_type,
                },
                ExpiresIn=LINK_S,
            )

    def try_out(self) -> bool:
        """Write a small object, open its link as a browser would, and remove it again."""
        reason = ""
        try:
            is_open = self._opens()
        except (StorageError, OSError, HTTPException, ValueError) as error:
            is_open, reason = False, repr(error)
        if not is_open:
            log.warning("storage.links_closed", reason=reason or "other bytes came")
        elif not self._are_open:
            log.info("storage.links_open")
        self._are_open = is_open
        self._valid_until_s = time.monotonic() + (TRUST_S if is_open else DOUBT_S)
        return is_open

    def _opens(self) -> bool:
        key, words = f"checks/{uuid4().hex}", uuid4().hex.encode()
        self._store.put(key, words)
        try:
            link = self.signed(key, disposition="inline", content_type="text/plain")
            # The address comes from the settings, not from a person.
            with urllib.request.urlopen(link, timeout=TRY_WITHIN_S) as answer:  # noqa: S310
                return bool(answer.read(len(words) + 1) == words)
        finally:
            self._store.delete(key)

    def _try_beside(self) -> None:
        try:
            self.try_out()
        finally:
            self._trying.release()
