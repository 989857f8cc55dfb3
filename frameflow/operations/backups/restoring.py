"""Restoring a backup into an empty system.

Everything is verified first. Then the objects, then all rows in one transaction for each context,
which commit together at the end: cut short, a restore leaves objects and no rows.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from frameflow.operations.backups.copies import copy_object, look_at
from frameflow.operations.backups.exceptions import Refused
from frameflow.operations.backups.manifest import (
    Manifest,
    SavedFile,
    SavedSchema,
    objects_in,
    table_path,
)
from frameflow.operations.backups.tables import applied_migrations, columns_of, load, refuse_filled
from frameflow.storage import ObjectExists, ObjectStore, store

SHOWN = 5


def restore(folder: Path, *, resume: bool = False) -> Manifest:
    """Fill an empty system from a backup; `Refused` says why not, and what to do.

    `resume`: the store may hold objects of this backup, left by a restore that was cut short.
    """
    manifest = Manifest.read(folder)
    _refuse_other_contexts(manifest)
    for alias, schema in manifest.schemas.items():
        _refuse_other_migrations(alias, schema)
        refuse_filled(alias)
    _refuse_filled_store(store(), manifest, resume=resume)
    _refuse_damage(folder, manifest)
    for key, expected in manifest.objects.items():
        _load_object(key, objects_in(folder), store(), expected)
    _load_rows(folder, manifest)
    return manifest


def _refuse_other_contexts(manifest: Manifest) -> None:
    here = {context.alias for context in settings.ACTIVE_CONTEXTS}
    if here != set(manifest.schemas):
        raise Refused(
            f"The backup holds {', '.join(sorted(manifest.schemas))}; this process runs "
            f"{', '.join(sorted(here))}: unset FRAMEFLOW_CONTEXTS."
        )


def _refuse_other_migrations(alias: str, saved: SavedSchema) -> None:
    here = set(applied_migrations(alias)) if _is_migrated(alias) else set()
    differences = sorted(here ^ set(saved.migrations))
    columns = {table: facts.columns for table, facts in saved.tables.items()}
    if differences or {t: set(c) for t, c in columns.items()} != {
        t: set(c) for t, c in columns_of(alias).items()
    }:
        raise Refused(
            f"The schema {alias} is not at the migrations of the backup"
            f" ({_some(differences) or 'other columns'}). Run `migrate` of the release that the "
            "backup was taken with in an empty database, restore, and upgrade then."
        )


def _is_migrated(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        return "django_migrations" in connections[alias].introspection.table_names(cursor)


def _refuse_filled_store(target: ObjectStore, manifest: Manifest, *, resume: bool) -> None:
    if resume:
        alien = [each.key for each in target.list("") if each.key not in manifest.objects]
        if alien:
            raise Refused(f"The store holds what is not of this backup: {_some(alien)}.")
    elif not target.is_empty():
        raise Refused(
            "The store is not empty. If a restore of this backup was cut short, say --resume; "
            "else empty it, or name another one."
        )


def _refuse_damage(folder: Path, manifest: Manifest) -> None:
    damaged = [
        str(path)
        for alias, schema in manifest.schemas.items()
        for table, facts in schema.tables.items()
        if not _is_whole(path := table_path(folder, alias, table), facts.file)
    ]
    kept = objects_in(folder)
    damaged += [key for key, facts in manifest.objects.items() if look_at(key, kept) != facts]
    if damaged:
        raise Refused(
            f"The backup is damaged: {_some(damaged)}. Nothing was restored; take another one."
        )


def _is_whole(path: Path, expected: SavedFile) -> bool:
    return path.is_file() and SavedFile.of(path) == expected


def _load_object(key: str, source: ObjectStore, target: ObjectStore, expected: SavedFile) -> None:
    try:
        copy_object(key, source, target, expected)
    except ObjectExists:
        if look_at(key, target) != expected:
            raise Refused(f"The store holds another {key} than the backup.") from None


def _load_rows(folder: Path, manifest: Manifest) -> None:
    with ExitStack() as stack:
        for alias, schema in manifest.schemas.items():
            connection: Any = connections[alias]
            stack.enter_context(connection.copying())
            stack.enter_context(transaction.atomic(using=alias))
            load(alias, folder, schema)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
