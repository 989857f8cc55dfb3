"""The rows of the world as the neutral snapshot; what has not changed is not made again."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from tests.simulation import snapshot as neutral
from tests.simulation.objects import Objects
from tests.simulation.snapshot import Snapshot
from tests.simulation.tables.auth import Notice
from tests.simulation.tables.context import Context, Settings
from tests.simulation.tables.download import Archive
from tests.simulation.tables.ledger import Kept
from tests.simulation.tables.orchestration import Saga
from tests.simulation.tables.processing import Row
from tests.simulation.tables.upload_rows import Extraction, Video


class View:
    """Makes snapshots of some contexts and a store."""

    def __init__(
        self, contexts: Mapping[str, Context], objects: Objects, settings: Settings
    ) -> None:
        self._contexts, self._objects, self._settings = contexts, objects, settings
        self._server = contexts["upload"].session.database.server
        self._seen: tuple[int, ...] = ()
        self._stored_at = -1
        self._rows: dict[tuple[str, Any], tuple[Any, Any]] = {}
        self._parts: dict[str, Any] = {}
        self._snapshot: Snapshot | None = None
        for name in contexts:
            self._server.dirty |= {(name, table) for table in PARTS}

    def snapshot(self) -> Snapshot:
        """Return what is committed; the same object as long as nothing has changed."""
        seen = (self._server.changes, self._objects.version, self._server.jumps)
        if self._snapshot is None or seen != self._seen:
            self._seen, self._snapshot = seen, self._make()
        return self._snapshot

    def _make(self) -> Snapshot:
        while self._server.dirty:
            context, table = self._server.dirty.pop()
            self._renew(context, table)
        if self._stored_at != self._objects.version:
            self._stored_at, self._parts["objects"] = self._objects.version, self._stored()
        return Snapshot(
            now=self._server.clock(),
            max_tries=self._settings.job.max_tries,
            grace_s=self._settings.grace_s,
            unfinished_writes=tuple(self._objects.unfinished),
            alarms=tuple(each for context in self._contexts.values() for each in context.alarms),
            **self._parts,
        )

    def _renew(self, context: str, table: str) -> None:
        """Make a part of the snapshot anew from the rows."""
        owner, part, make = PARTS.get(table, ("", "", _itself))
        rows = self._contexts[context].session.database.table(table).items()
        if table == "inbox":
            mine = tuple((context, key) for key, row in rows if row.is_handled)
            others = (each for each in self._parts.get("inbox", ()) if each[0] != context)
            self._parts["inbox"] = (*others, *mine)
        elif table == "outbox":
            mine = {key: self._row(table, key, row, _said) for key, row in rows}
            self._parts["outbox"] = {**self._parts.get("outbox", {}), **mine}
        elif owner == context:
            made = {key: self._row(table, key, row, make) for key, row in rows}
            self._parts[part] = tuple(made.values()) if table == "notice" else made

    def _row(self, table: str, key: Any, row: Any, make: Callable[[Any], Any]) -> Any:
        known = self._rows.get((table, key))
        if known is None or known[0] is not row:
            known = self._rows[table, key] = row, make(row)
        return known[1]

    def _stored(self) -> dict[str, neutral.StoredObject]:
        return {key: self._row("objects", key, key, self._object) for key in self._objects.keys()}  # noqa: SIM118

    def _object(self, key: str) -> neutral.StoredObject:
        content, found = self._objects.content(key), self._objects.found(key)
        return neutral.StoredObject(
            size_bytes=len(content),
            sha256=sha256(content).hexdigest(),
            modified_at=found.modified_at,
            frames=int(content.split()[-1]) if key.endswith(".zip") else None,
        )


def _video(row: Video) -> neutral.Video:
    return neutral.Video(
        owner_id=row.owner_id,
        state=row.state.value,
        source_key=row.source_key,
        booked_bytes=row.booked_bytes,
        was_accepted=row.was_accepted,
    )


def _extraction(row: Extraction) -> neutral.Extraction:
    return neutral.Extraction(
        video_id=row.video_id,
        extraction_no=row.extraction_no,
        run=row.run,
        state=row.state.value,
        published_run=row.published_run,
        booked_bytes=row.booked_bytes,
    )


def _saga(row: Saga) -> neutral.Saga:
    return neutral.Saga(
        video_id=row.video_id, owner_id=row.owner_id, run=row.run, state=row.state.value
    )


def _job(row: Row) -> neutral.Job:
    return neutral.Job(
        video_id=row.job.video_id,
        owner_id=row.job.owner_id,
        run=row.job.run,
        state=row.job.state.value,
        fence=row.job.fence,
        tries=row.job.tries,
        lease_until=row.lease_until,
        zip_key=row.result.zip_key if row.result else "",
        result_fence=row.result.fence if row.result else 0,
    )


def _archive(row: Archive) -> neutral.Archive:
    result = row.result
    return neutral.Archive(
        video_id=row.video_id,
        run=row.run,
        state=row.state.value,
        zip_key=result.zip_key if result else "",
        zip_bytes=result.zip_bytes if result else 0,
        zip_sha256=result.zip_sha256 if result else "",
        frames=result.frames if result else 0,
    )


def _notice(row: Notice) -> neutral.Notice:
    return neutral.Notice(extraction_id=row.extraction_id, run=row.run, kind=row.kind)


def _said(row: Kept) -> neutral.Said:
    payload = row.envelope.payload
    return neutral.Said(
        context=row.envelope.producer,
        type=row.envelope.type,
        about=row.envelope.correlation_id,
        run=payload.get("run", 0),
        outcome=payload.get("outcome", ""),
        fence=payload.get("fence", 0),
        acked=row.consumers - row.awaited,
        awaited=row.awaited,
    )


def _itself(row: Any) -> Any:
    return row


#: By table: its context, the part of the snapshot that shows it, and how a row is shown.
PARTS: Mapping[str, tuple[str, str, Callable[[Any], Any]]] = {
    "video": ("upload", "videos", _video),
    "extraction": ("upload", "extractions", _extraction),
    "quota": ("upload", "quota", lambda row: row.used_bytes),
    "saga": ("orchestration", "sagas", _saga),
    "job": ("processing", "jobs", _job),
    "archive": ("download", "archives", _archive),
    "notice": ("auth", "notices", _notice),
    "outbox": ("", "outbox", _said),
    "inbox": ("", "inbox", _itself),
}
