"""How a run is told to support: the same words as to its owner, and the codes besides."""

from typing import Any

from django.utils.translation import gettext as _

from apps.upload.models import Extraction, Status, Video, VideoState
from frameflow.pages.formats import duration_in_words
from frameflow.site import chip


def status_of(row: Video | Extraction) -> str:
    """Return the status that a person sees; a deleted video is seen by support alone."""
    deleted = isinstance(row, Video) and row.state == VideoState.DELETED
    return str(VideoState.DELETED) if deleted else row.status


def words_of(status: str) -> str:
    """Return a status in words."""
    return _("Deleted") if status == VideoState.DELETED else str(Status(status).label)


def status_chip(row: Video | Extraction) -> str:
    """Return a status in words and colour."""
    status = status_of(row)
    return chip(status, words_of(status))


def progress_of(extraction: Extraction | None) -> str:
    """Return `42 % (5 of 13 frames)` of a run at work."""
    if extraction is None or not extraction.is_at_work:
        return ""
    if extraction.frames_total is None:
        return f"{extraction.percent} %"
    frames = _("{done} of {total} frames").format(
        done=extraction.frames_done, total=extraction.frames_total
    )
    return f"{extraction.percent} % ({frames})"


def result_of(extraction: Extraction | None, fact: str) -> Any:
    """Return a fact about a run that ended well; nothing of any other."""
    return (extraction.result or {}).get(fact, "") if extraction else ""


def duration_of(extraction: Extraction | None) -> str:
    """Return how long the video plays, once a run has told it."""
    duration_ms = result_of(extraction, "duration_ms")
    return "" if duration_ms == "" else duration_in_words(duration_ms / 1000)


def error_code_of(row: Video | Extraction | None) -> str:
    """Return the code with which an upload was refused, or a run failed."""
    why = row.refusal if isinstance(row, Video) else row and row.error
    return str((why or {}).get("code", ""))


def support_code(error_code: str, row: Video | Extraction) -> str:
    """Return what a person reads under an error, or the digits alone where there is none."""
    digits = str(row.pk)[:8]
    return f"{error_code.upper()}-{digits}" if error_code else digits
