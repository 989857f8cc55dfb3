"""One claim to its end, as apps/processing/jobs does it: the same calls in the same order."""

import hashlib

from django.db import OperationalError

from apps.processing.transitions import ChildDied, Heard, Hindered, Refused, Succeeded
from frameflow.contracts import Result
from frameflow.storage import StorageError
from tests.simulation.tables.processing import Claim, Processing

#: What a video holds: frames, nothing that can be read, or the death of whoever decodes it.
GOOD, BAD, DEADLY = b"good", b"bad", b"deadly"
FRAMES = 2


class ClaimLost(Exception):
    """The row is no longer this worker's."""


def work_once(jobs: Processing) -> None:
    """What a woken worker does."""
    claim = jobs.claim_next()
    if claim is None:
        return
    try:
        if not _produce(jobs, claim):
            jobs.objects.delete_prefix(claim.prefix)
    except (OperationalError, StorageError):
        return  # the row keeps its lease, or the sweeper finds the objects


def _produce(jobs: Processing, claim: Claim) -> bool:
    """Return whether the objects of this claim are named by the row now."""
    fence = claim.fence
    try:
        return jobs.end_try(claim, Run(jobs, claim).made())
    except ClaimLost:
        return False
    except _Ended as end:
        jobs.end_try(claim, end.word)
    except StorageError as error:
        jobs.end_try(claim, Hindered(fence=fence, code="storage", detail=str(error)))
    return False


class _Ended(Exception):
    def __init__(self, word: Heard) -> None:
        super().__init__()
        self.word = word


class Run:
    """Frames, then the ZIP, then the manifest, with a look at the row between them."""

    def __init__(self, jobs: Processing, claim: Claim) -> None:
        self.jobs, self.claim = jobs, claim
        self._renewed_at = jobs.now

    def made(self) -> Succeeded:
        self._decode()
        content = f"{self.claim.prefix} {FRAMES}".encode()
        with self.jobs.objects.writer(f"{self.claim.prefix}frames.zip") as out:
            out.write(content)
            self._insist()
        self._insist()
        self.jobs.objects.put(f"{self.claim.prefix}manifest.json", b"{}")
        return Succeeded(fence=self.claim.fence, result=self._result(content))

    def _decode(self) -> None:
        kind = b"".join(self.jobs.objects.read(self.claim.row.source_key))
        fence = self.claim.fence
        if kind == BAD:
            raise _Ended(Refused(fence=fence, code="unreadable", detail="no video"))
        for index in range(FRAMES):
            self._look()
            if kind == DEADLY:
                raise _Ended(ChildDied(fence=fence, code="poison", detail="signal 9"))
            self.jobs.objects.put(f"{self.claim.prefix}frames/{index:05d}.jpg", b"frame")

    def _look(self) -> None:
        """Look each second, renew every ten; while the database is away, go on."""
        try:
            since_s = (self.jobs.now - self._renewed_at).total_seconds()
            if since_s < self.jobs.settings.renew_every_s:
                holds = self.jobs.is_mine(self.claim)
            else:
                self._renewed_at = self.jobs.now
                holds = self.jobs.renew_lease(self.claim)
        except OperationalError:
            return
        if not holds:
            raise ClaimLost

    def _insist(self) -> None:
        self._renewed_at = self._renewed_at.min.replace(tzinfo=self._renewed_at.tzinfo)
        self._look()

    def _result(self, content: bytes) -> Result:
        return Result(
            fence=self.claim.fence,
            zip_key=f"{self.claim.prefix}frames.zip",
            zip_bytes=len(content),
            zip_sha256=hashlib.sha256(content).hexdigest(),
            manifest_key=f"{self.claim.prefix}manifest.json",
            frames_prefix=self.claim.prefix,
            frames=FRAMES,
            frames_bytes=5 * FRAMES,
            duration_ms=1000,
            width=64,
            height=48,
            codec="h264",
        )
