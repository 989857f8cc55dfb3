"""Answers kept under an Idempotency-Key, so that a request sent twice acts once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from apps.upload.exceptions import KeyInUse
from apps.upload.models import KeptAnswer
from apps.upload.models.kept_answer import KEPT_FOR
from frameflow.bus import unit_of_work

ALIAS = "upload"


def claim_key(*, owner_id: UUID, key: str) -> KeptAnswer:
    """Return the answer kept under a key, or a fresh row to keep one in.

    Raises `KeyInUse` while another request with this key is under way.
    """
    silence = timedelta(seconds=settings.KEY_SILENT_AFTER_S)
    with unit_of_work(ALIAS):
        mine = KeptAnswer.objects.filter(owner_id=owner_id, key=key)
        mine.filter(created_at__lt=Now() - KEPT_FOR).delete()
        mine.filter(status=None, alive_at__lt=Now() - silence).delete()
        kept, is_new = KeptAnswer.objects.get_or_create(owner_id=owner_id, key=key)
    if not is_new and not kept.is_answered:
        raise KeyInUse(retry_after_s=1)
    return kept


@contextmanager
def one_answer() -> Iterator[None]:
    """What is done and its answer are kept together or not at all."""
    with unit_of_work(ALIAS):
        yield


def keep_answer(
    *, kept: KeptAnswer, fingerprint: str, status: int, document: Any, location: str = ""
) -> None:
    """Keep the answer to a request, in the unit of work of what it did.

    Raises `KeyInUse` where it was silent for so long that its key was given to another.
    """
    with unit_of_work(ALIAS):
        rows = KeptAnswer.objects.filter(pk=kept.pk).update(
            fingerprint=fingerprint,
            status=status,
            document=document,
            location=location,
            video_id=document["id"],
        )
        if not rows:
            raise KeyInUse(retry_after_s=1)


def note_alive(*, kept: KeptAnswer) -> None:
    """Note that a request is still under way."""
    KeptAnswer.objects.filter(pk=kept.pk).update(alive_at=Now())


def free_key(*, kept: KeptAnswer) -> None:
    """Let a key be used again: its request was refused or failed."""
    with unit_of_work(ALIAS):
        KeptAnswer.objects.filter(pk=kept.pk, status=None).delete()


def forget_answers(*, limit: int = 1000) -> int:
    """Remove the answers that are too old to be repeated; return how many."""
    old = KeptAnswer.objects.filter(created_at__lt=Now() - KEPT_FOR).order_by("created_at")
    with unit_of_work(ALIAS):
        return KeptAnswer.objects.filter(pk__in=old.values("pk")[:limit]).delete()[0]
