"""The story of a video, told in a person's words whatever was heard."""

from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.auth.models import User
from apps.orchestration import selectors, services
from apps.orchestration.models import SagaStep
from apps.orchestration.saga import State
from apps.orchestration.views.words import told
from frameflow.bus.registry import subscriptions
from frameflow.contracts import Step
from tests import messages
from tests.databases import every_database

pytestmark = every_database

HEARD = [
    *sorted(type_ for consumer, type_ in subscriptions() if consumer == "orchestration"),
    "TimerRang",
    "Replaced",
]
ENDS = [state for state in State if state is not State.NONE]
MACHINERY = ("job", "worker", "saga", "error", "exception", "null", "none", "changed")


def step(name: str, tries: int = 1) -> dict[str, Any]:
    return {
        "step": name,
        "started_at": "2026-03-12T14:02:11Z",
        "ended_at": "2026-03-12T14:02:11.400Z",
        "tries": tries,
        "reason": None,
    }


def row(heard: str, to_state: str, run: int = 1, cause: str = "", **more: Any) -> SagaStep:
    return SagaStep(
        at=timezone.now(), heard=heard, run=run, from_state="", to_state=to_state, cause=cause,
        **more,
    )  # fmt: skip


def texts(*rows: SagaStep) -> list[str]:
    return [line.text for each in rows for line in told(each)]


@pytest.mark.parametrize(("heard", "to_state"), list(product(HEARD, ENDS)))
def test_whatever_was_heard_there_is_a_sentence_for_it(heard: str, to_state: State) -> None:
    if to_state is State.PROCESSING and heard not in {"FILE_UPLOADED", "EXTRACTION_REQUESTED"}:
        return  # only a wish leads there
    [text] = texts(row(heard, to_state))
    assert text
    assert not [word for word in MACHINERY if word in text.lower()], text


@pytest.mark.parametrize("name", list(Step))
def test_every_step_has_a_name_and_says_how_long_it_took(name: Step) -> None:
    line, _end = told(row("FILE_PROCESSED", "ready", steps=[step(name)]))
    assert line.text != name
    assert line.took.replace("\u00a0", " ") == "0.4 s"


def test_a_second_try_says_so_without_the_reason() -> None:
    steps = [step("checking", tries=2), step("extracting", tries=2)]
    told_of = texts(row("FILE_PROCESSED", "ready", steps=steps))
    assert told_of == [
        "Try 2, after a short problem.",
        "Checking the video",
        "Extracting frames",
        "Frames and ZIP are ready.",
    ]


def test_another_run_and_a_replacement_have_their_own_words() -> None:
    assert texts(
        row("EXTRACTION_REQUESTED", "processing"),
        row("EXTRACTION_REQUESTED", "processing", run=2),
        row("Replaced", "expired", cause="replaced"),
    ) == ["Frames asked for again.", "Tried again.", "Replaced by newer frames."]


def test_the_owner_reads_it_and_nobody_else(owner: User, stranger: User) -> None:
    ids = messages.ids(owner_id=owner.pk)
    for message in (messages.file_uploaded(**ids), messages.file_processed(**ids)):
        services.advance_saga(heard=message, at=selectors.get_now())
    address = f"/videos/{ids['video_id']}/timeline/"
    mine, theirs = Client(), Client()
    mine.force_login(owner)
    theirs.force_login(stranger)
    html = mine.get(address).content.decode()
    assert html.index("Video received.") < html.index("Frames and ZIP are ready.")
    assert theirs.get(address).status_code == 404
    assert Client().get(address).status_code == 302
