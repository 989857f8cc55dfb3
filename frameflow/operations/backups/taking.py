"""Taking a backup, while the system runs.

Objects first, then the rows of one moment, then the objects that came meanwhile: objects are
written before a row names them and never change, so every object that a row of that moment names
was there, and was copied before it could be deleted, unless it came and went within the second
round. What belongs to no row of that moment is left out.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from frameflow.contexts import CONTEXTS
from frameflow.operations.backups.copies import Copies
from frameflow.operations.backups.exceptions import Refused
from frameflow.operations.backups.manifest import Manifest, objects_in
from frameflow.operations.backups.moment import one_moment, places
from frameflow.operations.backups.tables import dump
from frameflow.operations.objects import Owners, expected_keys
from frameflow.storage import store

UNFINISHED = ".unfinished"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A whole backup. `lost`: what rows still name and the store does not have; what is missing
    in the manifest and not lost was deleted while the backup was taken."""

    manifest: Manifest
    lost: list[str]


def take(folder: Path, *, stopped: bool = False) -> Taken:
    """Make the folder a backup; it appears when it is whole. `Refused` says why not.

    `stopped`: nothing but Postgres and the store runs, so that several databases hold still.
    """
    aliases = [context.alias for context in settings.ACTIVE_CONTEXTS]
    _refuse_a_part(aliases, stopped=stopped)
    with _appearing(folder) as draft:
        copies = Copies(store(), objects_in(draft))
        copies.catch_up()
        with one_moment(aliases):
            taken_at = timezone.now()
            schemas = {alias: dump(alias, draft) for alias in aliases}
            owners, expected = Owners.now(), expected_keys()
        copies.catch_up()
        copies.drop({key for key in copies.saved if not owners.own(key)})
        missing = expected - set(copies.saved)
        _refuse_a_lost_store(expected, missing)
        manifest = Manifest(
            taken_at=taken_at, schemas=schemas, objects=copies.saved, missing=sorted(missing)
        )
        manifest.write(draft)
    return Taken(manifest=manifest, lost=sorted(missing & expected_keys()))


def _refuse_a_part(aliases: list[str], *, stopped: bool) -> None:
    if len(aliases) < len(CONTEXTS):
        raise Refused(
            "A backup is of all contexts: unset FRAMEFLOW_CONTEXTS, and give each context its "
            "database URL."
        )
    if len(places(aliases)) > 1 and not stopped:
        raise Refused(
            "The contexts lie in several databases, which cannot be read at the same moment: "
            "stop web, bus and workers, then take the backup with --stopped."
        )


def _refuse_a_lost_store(expected: set[str], missing: set[str]) -> None:
    if expected and missing == expected:
        raise Refused(
            f"The rows name {len(expected)} objects, and the store has none of them: it is lost, "
            "or another one is configured. No backup was taken; keep the older ones."
        )


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """Yield a folder under another name, which gets its own when all went well."""
    if folder.exists():
        raise Refused(f"{folder} is there already: name a new folder for each backup.")
    draft = folder.with_name(folder.name + UNFINISHED)
    _make(draft)
    try:
        yield draft
        _sync(draft)
        draft.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _make(draft: Path) -> None:
    try:
        draft.mkdir(mode=0o700)  # it will hold every password hash
    except FileExistsError:
        raise Refused(
            f"{draft} is there: a backup was cut short, or is being taken. If none is, remove it."
        ) from None
    except FileNotFoundError:
        raise Refused(f"{draft.parent} is not there: make it, or mount it.") from None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
