"""The mails that a person asked for: at most one of a kind about a run."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import get_connection

from apps.auth.models import Notice, NoticeKind, NoticeWish, User
from apps.auth.selectors import get_user, list_due_notices, wanted
from apps.auth.services.mail import compose
from frameflow.bus import unit_of_work
from frameflow.contracts import ExtractionMessage

MAX_WISHES = 500  # as many videos as may wait at once
WARNING_AHEAD = timedelta(days=3)


def note_ready(*, about: ExtractionMessage, at: datetime) -> None:
    """Keep the wish to tell that frames can be downloaded."""
    _note(about, NoticeKind.READY, due_at=at)


def note_failed(*, about: ExtractionMessage, at: datetime) -> None:
    """Keep the wish to tell that a run failed."""
    _note(about, NoticeKind.FAILED, due_at=at)


def note_warning(*, about: ExtractionMessage, expires_at: datetime) -> None:
    """Keep the wish to warn before the files go, or move it: the later end wins."""
    due_at = expires_at - _ahead()
    with unit_of_work("auth"):
        _note(about, NoticeKind.EXPIRY, due_at=due_at, expires_at=expires_at)
        mine = Notice.objects.filter(
            extraction_id=about.extraction_id, run=about.run, kind=NoticeKind.EXPIRY
        )
        mine.filter(expires_at__lt=expires_at).update(
            due_at=due_at, expires_at=expires_at, sent_at=None
        )


def _ahead() -> timedelta:
    """Return how long before the end is warned: never before half of the time has passed."""
    kept_days = settings.RETENTION_DAYS
    return min(WARNING_AHEAD, timedelta(days=kept_days) / 2) if kept_days else WARNING_AHEAD


def void_notices(*, about: ExtractionMessage, at: datetime) -> None:
    """Send nothing more up to this run, also not for a message that comes late."""
    with unit_of_work("auth"):
        for kind in NoticeKind:
            _note(about, kind, due_at=at, is_void=True)
        mine = Notice.objects.filter(extraction_id=about.extraction_id, run__lte=about.run)
        mine.update(is_void=True)


def ask_notice(*, user_id: UUID, extraction_id: UUID, at: datetime) -> None:
    """Keep a person's wish to be told of one extraction; of many wishes the oldest is let go."""
    wish = NoticeWish(user_id=user_id, extraction_id=extraction_id, asked_at=at)
    mine = NoticeWish.objects.filter(user_id=user_id)
    with unit_of_work("auth"):
        NoticeWish.objects.bulk_create([wish], ignore_conflicts=True)
        newest = mine.order_by("-asked_at", "-pk").values_list("pk", flat=True)[:MAX_WISHES]
        mine.exclude(pk__in=list(newest)).delete()


def forget_notice(*, user_id: UUID, extraction_id: UUID) -> None:
    """Forget that wish."""
    with unit_of_work("auth"):
        NoticeWish.objects.filter(user_id=user_id, extraction_id=extraction_id).delete()


def forget_wishes(*, extraction_id: UUID) -> None:
    """Forget who wished to be told of an extraction that is no more."""
    with unit_of_work("auth"):
        NoticeWish.objects.filter(extraction_id=extraction_id).delete()


def send_due_notices(*, at: datetime) -> int:
    """Send what is due and return how many mails were handed over.

    Nothing is marked while the mail server is away; what is marked is never sent twice, also
    not after a crash.
    """
    with unit_of_work("auth"):
        unwanted = list_due_notices(at=at).filter(~wanted())
        unwanted.exclude(kind=NoticeKind.EXPIRY).update(is_void=True)  # a warning is of use later
    if not list_due_notices(at=at).filter(wanted()).exists():
        return 0
    with get_connection() as server:
        return sum(compose(notice, to, server).send() for notice, to in _claim(at))


def _claim(at: datetime) -> Iterator[tuple[Notice, User]]:
    while notice := _mark_next(at):
        if to := get_user(user_id=notice.owner_id):
            yield notice, to


def _mark_next(at: datetime) -> Notice | None:
    with unit_of_work("auth"):
        notice = (
            list_due_notices(at=at).filter(wanted()).select_for_update(skip_locked=True).first()
        )
        if notice is not None:
            notice.sent_at = at
            notice.save(update_fields=["sent_at"])
    return notice


def _note(
    about: ExtractionMessage,
    kind: NoticeKind,
    *,
    due_at: datetime,
    expires_at: datetime | None = None,
    is_void: bool = False,
) -> None:
    """Add a row, unless a copy of the message has done so."""
    notice = Notice(
        extraction_id=about.extraction_id,
        run=about.run,
        kind=kind,
        video_id=about.video_id,
        owner_id=about.owner_id,
        due_at=due_at,
        expires_at=expires_at,
        is_void=is_void,
    )
    with unit_of_work("auth"):
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
