"""Each promise is silent where all is well, and speaks where it is broken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.simulation.promises import AFTER_GRACE, ALWAYS
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

OWNER, VIDEO, ID = (UUID(int=number) for number in (1, 2, 3))
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PREFIX = f"{OWNER}/{VIDEO}/{ID}/"
ZIP = f"{PREFIX}1/frames.zip"
HEARD = {
    "FILE_UPLOADED": ("upload", "orchestration"),
    "PROCESS_FILE": ("orchestration", "processing"),
    "FILE_PROCESSED": ("processing", "orchestration"),
    "EXTRACTION_ENDED": ("orchestration", "upload"),
    "ARCHIVE_PUBLISHED": ("download", "upload"),
}


def good() -> Snapshot:
    """Return a video that is ready everywhere."""
    outbox = {
        UUID(int=100 + number): Said(
            context=context,
            type=type_,
            about=ID,
            run=1,
            fence=1,
            outcome="ready" if type_ == "EXTRACTION_ENDED" else "",
            acked=frozenset({consumer}),
        )
        for number, (type_, (context, consumer)) in enumerate(HEARD.items())
    }
    found = StoredObject(size_bytes=9, sha256="ab", modified_at=AT, frames=2)
    source = replace(found, size_bytes=5, frames=None)
    ids: dict[str, Any] = {"video_id": VIDEO, "owner_id": OWNER, "run": 1}
    return Snapshot(
        now=AT,
        max_tries=3,
        grace_s=3600,
        videos={
            VIDEO: Video(
                owner_id=OWNER,
                state="stored",
                source_key=f"{OWNER}/{VIDEO}/source",
                booked_bytes=5,
                was_accepted=True,
            )
        },
        extractions={
            ID: Extraction(
                video_id=VIDEO,
                extraction_no=1,
                run=1,
                state="ready",
                published_run=1,
                booked_bytes=9,
            )
        },
        sagas={ID: Saga(state="ready", **ids)},
        jobs={
            ID: Job(
                state="done",
                fence=1,
                tries=1,
                lease_until=None,
                zip_key=ZIP,
                result_fence=1,
                **ids,
            )
        },
        archives={
            ID: Archive(
                video_id=VIDEO,
                run=1,
                state="ready",
                zip_key=ZIP,
                zip_bytes=9,
                zip_sha256="ab",
                frames=2,
            )
        },
        notices=(Notice(extraction_id=ID, run=1, kind="ready"),),
        outbox=outbox,
        inbox=tuple((HEARD[each.type][1], key) for key, each in outbox.items()),
        objects={
            **{f"{PREFIX}1/frames/{number}": source for number in (1, 2)},
            ZIP: found,
            f"{OWNER}/{VIDEO}/source": source,
        },
        quota={OWNER: 14},
        arrived={VIDEO: "ab"},
    )


NOTHING = replace(good(), **{
    name: {} for name in ("videos", "extractions", "sagas", "jobs", "archives", "outbox", "quota")
}, inbox=(), notices=())  # fmt: skip


def breaches(now: Snapshot, before: Snapshot) -> str:
    found = [each for check in ALWAYS for each in check(before, now)]
    return "\n".join(found + [each for check in AFTER_GRACE for each in check(now)])


@pytest.mark.parametrize("before", [NOTHING, good()])
def test_nothing_is_said_where_all_is_well(before: Snapshot) -> None:
    assert breaches(good(), before) == ""


def with_one(table: str, **changed: Any) -> Callable[[Snapshot], Snapshot]:
    """Change the first row of a table."""

    def change(whole: Snapshot) -> Snapshot:
        rows = dict(getattr(whole, table))
        key = next(iter(rows))
        return replace(whole, **{table: {**rows, key: replace(rows[key], **changed)}})

    return change


def without(table: str, key: object) -> Callable[[Snapshot], Snapshot]:
    def change(whole: Snapshot) -> Snapshot:
        rows = dict(getattr(whole, table))
        del rows[key]
        return replace(whole, **{table: rows})

    return change


def with_more(table: str, *more: Any) -> Callable[[Snapshot], Snapshot]:
    def change(whole: Snapshot) -> Snapshot:
        rows = getattr(whole, table)
        return replace(whole, **{table: {**rows, **more[0]} if more else (*rows, rows[0])})

    return change


SECOND = Said(context="orchestration", type="EXTRACTION_ENDED", about=ID, run=1, outcome="failed")
STRAY = {f"{PREFIX}2/frames.zip": StoredObject(size_bytes=1, sha256="", modified_at=AT)}
BROKEN: dict[str, Callable[[Snapshot], Snapshot]] = {
    "I1: extraction": with_one("extractions", state="processing"),
    f"I1: {ID} of sagas": with_one("sagas", state="processing"),
    f"I1: {ID} of jobs": with_one("jobs", state="queued"),
    f"I1: {ID} of archives": with_one("archives", state="awaited"),
    f"I1: {VIDEO} of videos": with_one("videos", state="uploading"),
    "I1: video": with_one("videos", state="uploading", length_bytes=9, offset_bytes=5),
    "arrived: video 00000000-0000-0000-0000-000000000002 is stored": lambda whole: replace(
        whole, arrived={VIDEO: "cd"}
    ),
    "arrived: video 00000000-0000-0000-0000-000000000002 had": lambda whole: replace(
        with_one("videos", state="expired", was_accepted=False)(whole), arrived={VIDEO: "ab"}
    ),
    "I2: archive": with_one("archives", frames=3),
    "I2: extraction": with_one("extractions", published_run=0),
    "I2: archive 00000000-0000-0000-0000-000000000003 has 1 of 2 frames": without(
        "objects", f"{PREFIX}1/frames/2"
    ),
    "I13: extraction": with_one("extractions", state="failed"),
    "I13: video": with_one("videos", state="deleted"),
    "I3: saga": with_one("archives", state="gone"),
    "I3: video": with_one("videos", state="refused"),
    "I4a: 2 endings": with_more("outbox", {UUID(int=200): SECOND}),
    "I4a: extraction": with_one("extractions", state="failed"),
    f"I4a: {ID} ended": with_one("archives", run=2),
    "I5a": with_more("notices"),
    "I6: object": with_more("objects", STRAY),
    "I6: a/b/source": lambda whole: replace(whole, growing=("a/b/source",)),
    "I6: a write": lambda whole: replace(whole, unfinished_writes=(AT - timedelta(days=2),)),
    "I7a": with_one("jobs", result_fence=2),
    "I8a: extraction": without("outbox", UUID(int=100)),
    "I8a: saga": without("outbox", UUID(int=103)),
    "I8a: job": without("outbox", UUID(int=102)),
    "I8a: archive": without("outbox", UUID(int=104)),
    "I8a: video": with_one("videos", state="deleted"),
    "I9: EXTRACTION_ENDED": lambda whole: replace(
        whole, outbox={**whole.outbox, UUID(int=9): replace(SECOND, awaited=frozenset({"auth"}))}
    ),
    "I9: FILE_UPLOADED": lambda whole: replace(whole, inbox=whole.inbox[1:]),
    "I10a": with_more("inbox"),
    "I11a: job": with_one("jobs", tries=4),
    "I12": with_one("jobs", lease_until=AT - timedelta(seconds=61)),
    "I13": lambda whole: replace(whole, quota={OWNER: 15}),
    "alarm": lambda whole: replace(whole, alarms=("saga.impossible",)),
    "ready: video": lambda whole: replace(
        whole, sagas={**whole.sagas, UUID(int=4): whole.sagas[ID]}
    ),
    "published": without("objects", ZIP),
    "source": without("objects", f"{OWNER}/{VIDEO}/source"),
    "cancel": with_one("extractions", state="cancelling"),
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_promise_is_told(words: str) -> None:
    assert words in breaches(BROKEN[words](good()), NOTHING)


STEPS: dict[str, tuple[Callable[[Snapshot], Snapshot], Callable[[Snapshot], Snapshot]]] = {
    "rest": (with_one("sagas", state="failed"), with_one("sagas", state="ready")),
    "run": (with_one("jobs", run=2), with_one("jobs", run=1)),
    "tombstone": (with_one("archives", state="deleted"), with_one("archives", state="ready")),
    "I11a": (with_one("jobs", fence=1), with_one("jobs", fence=3)),
    "cancel": (
        with_one("extractions", state="cancelling"),
        with_one("extractions", state="processing"),
    ),
}


@pytest.mark.parametrize("words", STEPS)
def test_a_forbidden_step_is_told(words: str) -> None:
    before, now = (change(good()) for change in STEPS[words])
    found = [each for check in ALWAYS for each in check(before, now)]
    assert any(each.startswith(words) for each in found)


def test_a_cancel_that_changes_nothing_is_told() -> None:
    before = with_one("sagas", state="processing")(good())
    cancel = Said(context="upload", type="CANCEL_REQUESTED", about=ID, run=1)
    key = UUID(int=9)
    now = replace(before, outbox={**before.outbox, key: cancel})
    heard = replace(now, inbox=(*now.inbox, ("orchestration", key)))
    assert any("goes on" in each for check in ALWAYS for each in check(now, heard))
