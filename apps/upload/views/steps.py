"""The way from a file to a ZIP, in four steps."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.upload.models import Extraction, Video
from apps.upload.views.words import Document, helped_by_options
from frameflow.pages.formats import duration_in_words

#: What would read `0 s` is not told.
TELLING_S = 0.05
_STEPS = ("upload", "checking", "extracting", "packing")
_ANCHORS = ("upload", "check", "extract", "zip")


@dataclass(frozen=True)
class Step:
    """One line of the way from a file to a ZIP; `state` is done, now, wrong or todo, `took` how
    long it was, in words, where that is known."""

    anchor: str
    label: str
    state: str
    took: str = ""


def steps(document: Document, video: Video) -> list[Step]:
    """Return the four steps of a video, as far as they are."""
    extraction = video.shown()
    status = document["status"]
    labels = (
        (_("Upload"), _("Uploading…"), _("Uploaded"), _("Not uploaded")),
        (_("Check"), _("Checking the video…"), _("Video checked"), _("Video not readable")),
        (_("Frames"), _("Extracting frames…"), _("Frames extracted"), _("No frames")),
        (_("ZIP"), _("Making the ZIP…"), _("ZIP ready"), _("No ZIP")),
    )
    at, state = _position(status, extraction)
    states = [("done" if n < at else state if n == at else "todo") for n in range(len(_STEPS))]
    # What failed on our side, or for its options, says nothing about the video: the step keeps its
    # plain name.
    error = document["error"]
    blameless = bool(error) and (error["retryable"] or helped_by_options(document))
    column = {"todo": 0, "now": 1, "done": 2, "wrong": 0 if blameless else 3}
    took = _durations(video, extraction)
    return [
        Step(anchor, label[column[each]], each, took.get(step, "") if each == "done" else "")
        for step, anchor, label, each in zip(_STEPS, _ANCHORS, labels, states, strict=True)
    ]


def _durations(video: Video, extraction: Extraction | None) -> dict[str, str]:
    """Return how long each step took, in words: of the upload always, of a run when it ended."""
    found: defaultdict[str, float] = defaultdict(float)
    if video.stored_at:
        found["upload"] = (video.stored_at - video.created_at).total_seconds()
    for step in extraction.steps if extraction else ():
        started, ended = parse_datetime(step["started_at"]), parse_datetime(step["ended_at"] or "")
        if started and ended:  # a step that was begun again took both times
            found[step["step"]] += (ended - started).total_seconds()
    return {name: duration_in_words(s) for name, s in found.items() if s >= TELLING_S}


def _position(status: str, extraction: Extraction | None) -> tuple[int, str]:
    """Return the step in hand and what it is; behind the last where all are done."""
    if status == "ready":
        return len(_STEPS), "done"
    if extraction is None:
        return 0, "now" if status == "uploading" else "wrong"
    if status in _STEPS:
        return _STEPS.index(status), "now"
    at = _STEPS.index(extraction.step) if extraction.step in _STEPS else 1
    return at, "wrong" if status == "failed" else "todo"
