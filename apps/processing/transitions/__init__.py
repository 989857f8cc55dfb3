"""The work on one extraction: a pure function of (job, what was heard)."""

from apps.processing.transitions.heard import (
    ChildDied,
    Claimed,
    Heard,
    Hindered,
    LeaseOver,
    Refused,
    Succeeded,
    classify,
)
from apps.processing.transitions.job import Job, Policy
from apps.processing.transitions.reaction import Reaction, Why, react
from apps.processing.transitions.table import TABLE, Cell, Input, JobState

__all__ = [
    "TABLE",
    "Cell",
    "ChildDied",
    "Claimed",
    "Heard",
    "Hindered",
    "Input",
    "Job",
    "JobState",
    "LeaseOver",
    "Policy",
    "Reaction",
    "Refused",
    "Succeeded",
    "Why",
    "classify",
    "react",
]
