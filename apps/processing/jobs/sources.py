"""A job's video as the engine takes it: in place where it lies in a file, else in ranges."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO

from apps.processing.extraction import RemoteVideo
from apps.processing.models import ProcessingJob
from frameflow.storage import store


@contextmanager
def opened(job: ProcessingJob) -> Iterator[BinaryIO | RemoteVideo]:
    """Open the video of a job; nothing is copied beforehand. `StorageError`."""
    with store().in_place(job.source_key) as file:
        yield file or RemoteVideo(job.source_bytes, partial(_read_range, job.source_key))


def _read_range(key: str, offset: int, length: int) -> Iterator[bytes]:
    return store().read(key, offset, offset + length)


def sha256_of(job: ProcessingJob) -> str:
    """Return what upload reckoned while the video came in.

    Runs that were asked for before that was told are read for it from end to end.
    """
    if job.source_sha256:
        return job.source_sha256
    digest = hashlib.sha256()
    for chunk in store().read(job.source_key):
        digest.update(chunk)
    return digest.hexdigest()
