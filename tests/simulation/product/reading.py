"""The tables of all contexts and the store as one snapshot, read anew only where they changed."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from tests.simulation.product.site import Site
from tests.simulation.product.taps import Tap
from tests.simulation.snapshot import (
    Archive,
    Extraction,
    Job,
    Notice,
    Saga,
    Said,
    Snapshot,
    StoredObject,
    Video,
)

#: In an order of their own: where rows lie depends on the schedules before.
_ROWS = """(SELECT coalesce(json_agg(row ORDER BY row->>0, row->>1, row->>2), '[]')
  FROM (SELECT json_build_array({columns}) AS row FROM {table} t {where}) rows)"""
_DELIVERIES = """(SELECT json_object_agg(d.consumer, d.acked_at IS NOT NULL)
  FROM outbox_delivery d WHERE d.message_id = t.id)"""
_PAYLOAD = "t.payload->>'run', t.payload->>'outcome', t.payload->>'fence'"
_BUS = {
    "outbox_message t": f"t.id, t.type, t.correlation_id, {_PAYLOAD}, {_DELIVERIES}",
    "inbox_message t": "t.consumer, t.message_id",
}
TABLES: dict[str, dict[str, str]] = {
    "auth": {"notice": "extraction_id, run, kind"},
    "upload": {
        "video": "id, owner_id, state, source_key, booked_bytes, stored_at IS NOT NULL,"
        " length_bytes, offset_bytes, source_sha256",
        "extraction": "id, video_id, extraction_no, run, state, published_run, booked_bytes",
        "quota": "owner_id, used_bytes",
    },
    "processing": {
        "processing_job": "extraction_id, video_id, owner_id, run, state, fence, tries,"
        " lease_until, result->>'zip_key', result->>'fence'",
    },
    "download": {
        "archive": "extraction_id, video_id, run, state, zip_key, zip_bytes, zip_sha256, frames",
    },
    "orchestration": {"saga": "extraction_id, video_id, owner_id, run, state"},
}


def _question(alias: str) -> str:
    parts = [
        _ROWS.format(columns=columns, table=table, where="")
        for table, columns in TABLES[alias].items()
    ]
    outbox, inbox = _BUS.items()
    parts.append(_ROWS.format(columns=outbox[1], table="outbox_message", where=""))
    heard = "WHERE t.handled_at IS NOT NULL"
    parts.append(_ROWS.format(columns=inbox[1], table="inbox_message", where=heard))
    return f"SELECT json_build_array({', '.join(parts)})"


_id = lru_cache(maxsize=10_000)(UUID)


def prepare(taps: Mapping[str, Tap]) -> None:
    """Let the databases plan once what a `Reader` asks."""
    for alias, tap in taps.items():
        tap.ask(f"PREPARE contents AS {_question(alias)}")


class Reader:
    """Keeps what it has read of each context until that context commits again."""

    def __init__(self, site: Site, taps: Mapping[str, Tap]) -> None:
        self._site, self._taps = site, taps
        self._versions: dict[str, int] = {}
        self._parts: dict[str, dict[str, Any]] = {}
        self._objects: dict[str, tuple[datetime, StoredObject]] = {}
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Return what is committed; the same object as long as nothing has changed."""
        stale = [alias for alias in self._taps if self._is_stale(alias, self._taps[alias].version)]
        for alias in stale:
            self._parts[alias] = _PARTS[alias](*self._taps[alias].ask("EXECUTE contents"))
        if self._is_stale("objects", self._site.objects.version):
            self._parts["objects"] = {"objects": self._stored()}
            stale.append("objects")
        for name in ("alarms", "arrived"):
            if self._is_stale(name, len(getattr(self._site, name))):
                stale.append(name)
        if stale or self._snapshot is None:
            self._snapshot = self._joined()
        return self._snapshot

    def _is_stale(self, name: str, version: int) -> bool:
        was = self._versions.get(name)
        self._versions[name] = version
        return was != version

    def _joined(self) -> Snapshot:
        rows: dict[str, Any] = {"outbox": {}, "inbox": []}
        for part in self._parts.values():
            rows["outbox"].update(part.get("outbox", {}))
            rows["inbox"] += part.get("inbox", [])
            rows |= {name: part[name] for name in part.keys() - rows.keys()}
        return Snapshot(
            now=self._site.clock.now,
            max_tries=settings.MAX_TRIES,
            grace_s=settings.GARBAGE_GRACE_S,
            unfinished_writes=tuple(self._site.objects.unfinished),
            growing=tuple(self._site.objects.grown_at),
            arrived=dict(self._site.arrived),
            alarms=tuple(self._site.alarms),
            **{**rows, "inbox": tuple(rows["inbox"])},
        )

    def _stored(self) -> dict[str, StoredObject]:
        objects, keys = self._site.objects, self._site.objects.keys()
        for key in keys:
            found = objects.found(key)
            if self._objects.get(key, (None,))[0] != found.modified_at:
                self._objects[key] = found.modified_at, _facts(objects.content(key), found)
        return {key: self._objects[key][1] for key in keys}


def _facts(data: bytes, found: Any) -> StoredObject:
    return StoredObject(
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        modified_at=found.modified_at,
        frames=_frames(data) if found.key.endswith(".zip") else None,
    )


def _frames(data: bytes) -> int | None:
    """Return how many frames a ZIP holds, where it is one and agrees with its manifest."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            told = [row["file"] for row in json.loads(opened.read("manifest.json"))["frames"]]
            whole = opened.namelist() == [*told, "manifest.json", "manifest.csv"]
            return len(told) if whole and opened.testzip() is None else None
    except (zipfile.BadZipFile, KeyError):
        return None


def _bus(context: str, outbox: list[Any], inbox: list[Any]) -> dict[str, Any]:
    return {
        "outbox": {_id(row[0]): _said(context, row) for row in outbox},
        "inbox": [(consumer, _id(message)) for consumer, message in inbox],
    }


def _said(context: str, row: list[Any]) -> Said:
    _, type_, about, run, outcome, fence, deliveries = row
    acked = frozenset(consumer for consumer, is_acked in (deliveries or {}).items() if is_acked)
    return Said(
        context=context,
        type=type_,
        about=_id(about),
        run=int(run or 0),
        outcome=outcome or "",
        fence=int(fence or 0),
        acked=acked,
        awaited=frozenset(deliveries or ()) - acked,
    )


def _auth(notices: list[Any], *bus: list[Any]) -> dict[str, Any]:
    told = tuple(Notice(extraction_id=_id(one), run=run, kind=kind) for one, run, kind in notices)
    return {"notices": told, **_bus("auth", *bus)}


_OF_A_VIDEO = (
    "state",
    "source_key",
    "booked_bytes",
    "was_accepted",
    "length_bytes",
    "offset_bytes",
    "source_sha256",
)


def _upload(
    videos: list[Any], extractions: list[Any], quota: list[Any], *bus: list[Any]
) -> dict[str, Any]:
    return {
        "videos": {
            _id(key): Video(owner_id=_id(owner), **dict(zip(_OF_A_VIDEO, rest, strict=True)))
            for key, owner, *rest in videos
        },
        "extractions": {
            _id(key): Extraction(
                video_id=_id(video),
                extraction_no=number,
                run=run,
                state=state,
                published_run=published,
                booked_bytes=booked,
            )
            for key, video, number, run, state, published, booked in extractions
        },
        "quota": {_id(owner): used for owner, used in quota},
        **_bus("upload", *bus),
    }


def _processing(jobs: list[Any], *bus: list[Any]) -> dict[str, Any]:
    return {"jobs": {_id(row[0]): _job(row) for row in jobs}, **_bus("processing", *bus)}


def _job(row: list[Any]) -> Job:
    _, video, owner, run, state, fence, tries, lease, zip_key, result_fence = row
    return Job(
        video_id=_id(video),
        owner_id=_id(owner),
        run=run,
        state=state,
        fence=fence,
        tries=tries,
        lease_until=datetime.fromisoformat(lease) if lease else None,
        zip_key=zip_key or "",
        result_fence=int(result_fence or 0),
    )


def _download(archives: list[Any], *bus: list[Any]) -> dict[str, Any]:
    names = ("run", "state", "zip_key", "zip_bytes", "zip_sha256", "frames")
    told = {
        _id(key): Archive(video_id=_id(video), **dict(zip(names, rest, strict=True)))
        for key, video, *rest in archives
    }
    return {"archives": told, **_bus("download", *bus)}


def _orchestration(sagas: list[Any], *bus: list[Any]) -> dict[str, Any]:
    told = {
        _id(key): Saga(video_id=_id(video), owner_id=_id(owner), run=run, state=state)
        for key, video, owner, run, state in sagas
    }
    return {"sagas": told, **_bus("orchestration", *bus)}


_PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    "auth": _auth,
    "upload": _upload,
    "processing": _processing,
    "download": _download,
    "orchestration": _orchestration,
}
