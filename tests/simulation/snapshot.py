"""What all contexts and the store hold at one moment, in plain values that both rungs can give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """Upload's video; `state` of section "Video" in docs/reference/state-machines.md. Of one that
    comes in pieces `length_bytes`, None for any other, and how much of it is here."""

    owner_id: UUID
    state: str
    source_key: str
    booked_bytes: int
    was_accepted: bool
    length_bytes: int | None = None
    offset_bytes: int = 0
    source_sha256: str = ""

    @property
    def has_arrived(self) -> bool:
        """Return whether all its pieces are here and are not yet one object."""
        return self.state == "uploading" and self.offset_bytes == self.length_bytes

    @property
    def awaits_sender(self) -> bool:
        """Return whether pieces of it are still to come: for that there is a day."""
        return self.state == "uploading" and self.offset_bytes < (self.length_bytes or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Upload's extraction; `published_run` is the run whose archive was seen, 0 before."""

    video_id: UUID
    extraction_no: int
    run: int
    state: str
    published_run: int
    booked_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saga:
    """Orchestration's saga."""

    video_id: UUID
    owner_id: UUID
    run: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Processing's job; `zip_key` and `result_fence` of the result that it keeps, if any."""

    video_id: UUID
    owner_id: UUID
    run: int
    state: str
    fence: int
    tries: int
    lease_until: datetime | None
    zip_key: str = ""
    result_fence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Download's archive; of the ZIP only where it is ready."""

    video_id: UUID
    run: int
    state: str
    zip_key: str = ""
    zip_bytes: int = 0
    zip_sha256: str = ""
    frames: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail that auth keeps."""

    extraction_id: UUID
    run: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message in a context's outbox. `about` is its correlation id; of the payload what the
    promises ask for, 0 or empty where the message has no such thing."""

    context: str
    type: str
    about: UUID
    run: int = 0
    outcome: str = ""
    fence: int = 0
    acked: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object; `frames` of a ZIP that opens and agrees with its own manifest, else None."""

    size_bytes: int
    sha256: str
    modified_at: datetime
    frames: int | None = None


Table = Mapping[UUID, object]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everything, by id; sagas, jobs and archives by the id of their extraction."""

    now: datetime
    max_tries: int
    grace_s: float
    videos: Mapping[UUID, Video] = field(default_factory=dict)
    extractions: Mapping[UUID, Extraction] = field(default_factory=dict)
    sagas: Mapping[UUID, Saga] = field(default_factory=dict)
    jobs: Mapping[UUID, Job] = field(default_factory=dict)
    archives: Mapping[UUID, Archive] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    outbox: Mapping[UUID, Said] = field(default_factory=dict)
    #: What each consumer has handled: (consumer, message id), one for each row of an inbox.
    inbox: tuple[tuple[str, UUID], ...] = ()
    objects: Mapping[str, StoredObject] = field(default_factory=dict)
    #: By owner: what the quota row says is used.
    quota: Mapping[UUID, int] = field(default_factory=dict)
    #: Since when writes lie about that nobody finished.
    unfinished_writes: tuple[datetime, ...] = ()
    #: The keys of objects that have grown and are not finished.
    growing: tuple[str, ...] = ()
    #: Videos whose sender was told that all their bytes are here: the SHA-256 of what was sent.
    arrived: Mapping[UUID, str] = field(default_factory=dict)
    #: What the product's log calls an error: that something came about which cannot.
    alarms: tuple[str, ...] = ()

    def prefix(self, extraction_id: UUID) -> str:
        """Return where everything of an extraction lies in the store."""
        saga = self.sagas[extraction_id]
        return f"{saga.owner_id}/{saga.video_id}/{extraction_id}/"
