"""What a person reads about a video: one sentence for each status, warning and step."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.upload.models import Extraction, ExtractionState, Video, VideoState
from frameflow.contracts import Mode
from frameflow.exceptions import FrameFlowError
from frameflow.pages.formats import clock, duration_in_words, remaining_in_words, size_in_words

Document = Mapping[str, Any]

#: Warnings after which fewer frames came than were asked for.
_MISSING = {"truncated", "past_end", "damaged", "time_jump"}
#: Failures that other options mend.
_OF_THE_OPTIONS = {"too_long", "too_many_frames"}


def in_words(refusal: FrameFlowError) -> str:
    """Return what happened, and the next step."""
    return f"{_(refusal.title)} {_(refusal.action)}"


def sentence(document: Document, video: Video) -> str:
    """Return the sentence under the status."""
    if document["status"] == "expired" and not document["error"]:
        return _expired(video)
    say = _SENTENCES.get(document["status"])
    return say(document) if say else ""


def kept_until(video: Video) -> datetime | None:
    """Return when the result of a video goes by itself, or, without one, the last of its files;
    None where nothing expires, and while it is worked on."""
    ready = video.newest_ready()
    if ready is not None:
        return ready.expires_at
    live = [each for each in video.extractions.all() if each.state != ExtractionState.EXPIRED]
    ends = [each.expires_at for each in live if each.expires_at is not None]
    return max(ends) if ends and len(ends) == len(live) else None


def _uploading(document: Document) -> str:
    return _("We are still receiving this video.")


def _queued(document: Document) -> str:
    position = document["progress"]["queue_position"]
    if not position:
        return _("It starts as soon as there is room.")
    return ngettext("{n} video before yours.", "{n} videos before yours.", position).format(
        n=position
    )


def _extracting(document: Document) -> str:
    progress = document["progress"]
    done, total = progress["frames_done"], progress["frames_total"]
    if not total:
        return ngettext("{n} frame", "{n} frames", done).format(n=done)
    parts = [_("{done} of {total} frames").format(done=done, total=total)]
    if progress["eta_s"] is not None:
        parts.append(_("{time} left").format(time=remaining_in_words(progress["eta_s"])))
    return " · ".join(parts)


def _ready(document: Document) -> str:
    return frames_and_size(document["result"]) if document["result"] else ""


def frames_and_size(result: Mapping[str, Any]) -> str:
    """Return `13 frames, 740 KB`."""
    frames = ngettext("{n} frame", "{n} frames", result["frames"]).format(n=result["frames"])
    return _("{frames}, {size}").format(frames=frames, size=size_in_words(result["zip_bytes"]))


def result(ready: Extraction | None) -> str:
    """Return what the ZIP holds: `13 frames, 740 KB`, or `9 of 13 frames` if some are missing."""
    if ready is None or ready.result is None:
        return ""
    frames, wanted = ready.result["frames"], _wanted(ready)
    if any(each["code"] in _MISSING for each in ready.warnings) and wanted > frames:
        return _("{done} of {total} frames").format(done=frames, total=wanted)
    return frames_and_size(ready.result)


def _wanted(ready: Extraction) -> int:
    """Return how many frames a whole video would have given; 0 where its pictures decide."""
    options = ready.wished()
    if options.distinct or options.mode not in (Mode.INTERVAL, Mode.COUNT, Mode.TIMESTAMPS):
        return 0
    if options.mode != Mode.INTERVAL:
        return options.count or len(options.timestamps or ())
    duration_s = (ready.result or {}).get("duration_ms", 0) / 1000
    end_s = min(duration_s, float(options.end or duration_s))
    return int(-((float(options.start or 0) - end_s) // float(options.interval)))  # rounded up


def _cancelled(document: Document) -> str:
    return _("You cancelled this. The video is still here.")


def _expired(video: Video) -> str:
    ends = [each.ended_at for each in video.extractions.all() if each.ended_at is not None]
    if not ends:
        return _("We deleted the files as announced.")
    date = date_format(timezone.localtime(max(ends)))
    return _("We deleted the files on {date} as announced.").format(date=date)


_SENTENCES: Mapping[str, Callable[[Document], str]] = {
    "uploading": _uploading,
    "queued": _queued,
    "extracting": _extracting,
    "ready": _ready,
    "cancelled": _cancelled,
}


_WARNINGS = {
    "truncated": gettext_lazy("The file ends too early: nothing could be read after {start}."),
    "past_end": gettext_lazy("Some of the times lie behind the end of the video."),
    "damaged": gettext_lazy(
        "A part of the video is damaged{where}: frames there may be missing or wrong."
    ),
    "time_jump": gettext_lazy("The clock of the video jumps{where}."),
    "hdr": gettext_lazy("The video has HDR colours; the images are adapted to normal screens."),
    "interlaced": gettext_lazy(
        "The video is interlaced: fast movement may show as fine lines in the images."
    ),
    "rotation": gettext_lazy("The rotation of the video could not be applied exactly."),
}


def warning(found: Mapping[str, Any]) -> str:
    """Return what a warning means to a person."""
    start, end = found.get("from_ms"), found.get("to_ms")
    text = str(_WARNINGS.get(found["code"], gettext_lazy("A part of the video is unusual{where}.")))
    where = "" if start is None else _(" from {start}").format(start=clock(start / 1000))
    if where and end is not None:
        where += _(" to {end}").format(end=clock(end / 1000))
    return text.format(where=where, start=clock((start or 0) / 1000))


def seen(document: Document) -> str:
    """Return what tells two states of a video apart, in the words of live.js."""
    progress = document["progress"]
    parts = [progress[name] for name in ("percent", "frames_done", "queue_position")]
    found = [document["status"], *parts, document["run"], document["name"]]
    return " ".join("" if each is None else str(each) for each in found)


def facts(document: Document, extraction: Extraction | None = None) -> str:
    """Return `60.9 MB · 2 min 5 s · 1280 by 720 · one frame every 10 s`; how large the pictures
    are is known of an extraction that is ready."""
    parts = [size_in_words(document["size_bytes"]), duration_in_words(document["duration_s"])]
    result = (extraction.result if extraction else None) or {}
    if result.get("width"):
        parts.append(f"{result['width']}\u00d7{result['height']}")
    options = document["options"]
    distinct = _("no two alike") if options.get("distinct") else ""
    return " · ".join(filter(None, [*parts, wish(options), distinct]))


def wish(options: Mapping[str, Any]) -> str:
    """Return which frames were wanted."""
    mode = options.get("mode", "interval")
    if mode == "count":
        return ngettext("{n} frame", "{n} frames", options["count"]).format(n=options["count"])
    if mode == "timestamps":
        count = len(options["timestamps"])
        return ngettext("{n} chosen moment", "{n} chosen moments", count).format(n=count)
    if mode == "every_nth":
        return _("one of {n} frames").format(n=options["every_nth"])
    if mode == "keyframes":
        return _("the key frames")
    if mode == "scenes":
        return _("one frame of each scene")
    return every(options.get("interval", 10))


def every(interval_s: float) -> str:
    """Return `one frame every 10 s`."""
    return _("one frame every {time}").format(time=duration_in_words(float(interval_s)))


def helped_by_options(document: Document) -> bool:
    """Return whether it failed for the options and not for the file."""
    return bool(document["error"]) and document["error"]["code"] in _OF_THE_OPTIONS


def can_extract(video: Video, document: Document) -> bool:
    """Return whether other options may help: not where the file itself is the matter."""
    error = document["error"]
    helps = error is None or error["retryable"] or helped_by_options(document)
    return video.state == VideoState.STORED and (helps or document["result"] is not None)
