"""The page about the messages is what the classes say."""

from typing import Any, ClassVar

from frameflow.bus.document import page
from frameflow.bus.management.commands.document_events import PAGE
from frameflow.contracts import Event, message_classes
from tests.architecture.source import ROOT


def test_the_page_about_the_messages_is_up_to_date() -> None:
    kept = (ROOT / PAGE).read_text()
    assert kept == page(), "run: python manage.py document_events"


def test_the_page_names_every_message_of_the_language() -> None:
    ours = [each for each in message_classes() if each.__module__.startswith("frameflow.")]
    assert len(ours) >= 13
    assert all(f"\n## {each.type}\n" in page() for each in ours)


def test_a_new_message_changes_the_page() -> None:
    before = page()
    made: Any = type(
        "VideoAdmired",
        (Event,),
        {
            "__module__": "frameflow.contracts.upload",
            "__annotations__": {"type": ClassVar[str], "stars": int},
            "type": "VIDEO_ADMIRED",
        },
    )
    try:
        assert page() != before
    finally:
        made.type = ""
