"""What support sees of the messages, in every context's schema."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client

from frameflow.bus import unit_of_work
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.contracts import UserDeleted
from tests.databases import every_database

pytestmark = every_database
OUTBOX, INBOX = "/admin/bus/outboxmessage/", "/admin/bus/inboxmessage/"
LAST = settings.ACTIVE_CONTEXTS[-1].alias


@pytest.fixture
def said() -> OutboxMessage:
    """A message of auth that everybody has acknowledged."""
    with unit_of_work("auth") as uow:
        uow.publish(UserDeleted(user_id=uuid4(), deleted_at=datetime.now(UTC)))
    message = OutboxMessage.objects.using("auth").latest("created_at")
    OutboxDelivery.objects.using("auth").update(acked_at=datetime.now(UTC))
    OutboxMessage.objects.using("auth").update(done_at=datetime.now(UTC))
    return message


def heard(alias: str) -> UUID:
    """Let a context have heard a message; return its correlation id."""
    correlation_id = uuid4()
    InboxMessage.objects.using(alias).create(
        message_id=uuid4(), consumer=alias, type="FILE_UPLOADED", correlation_id=correlation_id
    )
    return correlation_id


def test_the_list_shows_a_message_and_who_acknowledged_it(
    support: Client, said: OutboxMessage
) -> None:
    page = support.get(f"{OUTBOX}?context=auth")

    assert page.status_code == 200
    assert str(said.correlation_id) in page.text
    assert "upload ✓" in page.text


def test_the_context_chooses_the_schema(support: Client) -> None:
    first, last = heard("auth"), heard(LAST)

    here, there = support.get(INBOX).text, support.get(f"{INBOX}?context={LAST}").text

    assert str(first) in here
    assert str(last) in there
    assert LAST == "auth" or (str(last) not in here and str(first) not in there)


def test_a_message_is_found_by_its_ids(support: Client, said: OutboxMessage) -> None:
    other = heard("auth")

    assert str(said.pk) in support.get(f"{OUTBOX}?q={said.correlation_id}").text
    assert str(said.pk) in support.get(f"{OUTBOX}?q={said.pk}").text
    assert str(said.pk) not in support.get(f"{OUTBOX}?q={uuid4()}").text
    assert str(other) in support.get(f"{INBOX}?q={other}").text


def test_a_message_opens_whatever_its_context(support: Client, said: OutboxMessage) -> None:
    page = support.get(f"{OUTBOX}{said.pk}/change/")

    assert page.status_code == 200
    assert "upload ✓" in page.text
    assert support.get(f"{OUTBOX}not-an-id/change/").status_code == 302


def test_a_heard_message_opens_from_the_list_it_stands_in(support: Client) -> None:
    correlation_id = heard(LAST)
    row = InboxMessage.objects.using(LAST).get(correlation_id=correlation_id)

    page = support.get(f"{INBOX}{row.pk}/change/?_changelist_filters=context%3D{LAST}")

    assert str(correlation_id) in page.text


def test_messages_cannot_be_changed_or_deleted(support: Client, said: OutboxMessage) -> None:
    assert support.get(f"{OUTBOX}add/").status_code == 403
    assert support.post(f"{OUTBOX}{said.pk}/delete/", {"post": "yes"}).status_code == 403
    assert support.post(f"{OUTBOX}{said.pk}/change/", {"attempts": 7}).status_code == 403
    assert "delete_selected" not in support.get(OUTBOX).text


def test_resend_asks_first_and_makes_exactly_the_shown_messages_due_again(
    support: Client, said: OutboxMessage
) -> None:
    tick = {"action": "resend", "_selected_action": [str(said.pk)], "index": "0"}
    asked = support.post(f"{OUTBOX}?context=auth", tick)
    assert "Each message is sent again at once." in asked.text
    said.refresh_from_db(using="auth")
    assert said.done_at is not None

    wish = {"id": [str(said.pk)], "reason": "a reader was away"}
    page = support.post(f"{OUTBOX}wishes/resend/?context=auth", wish, follow=True)

    assert "Resend message: 1 done." in page.text
    said.refresh_from_db(using="auth")
    assert said.done_at is None
    assert [each.acked_at for each in said.deliveries.all()] == [None]


def test_what_failed_is_listed_and_its_error_shown_in_full(support: Client) -> None:
    failed = heard(LAST)
    error = "ValueError: " + "a long story " * 20
    InboxMessage.objects.using(LAST).filter(correlation_id=failed).update(last_error=error)
    only_open = heard(LAST)

    listed = support.get(f"{INBOX}?context={LAST}&open=failed").text
    row = InboxMessage.objects.using(LAST).get(correlation_id=failed)
    page = support.get(f"{INBOX}{row.pk}/change/?_changelist_filters=context%3D{LAST}").text

    assert str(failed) in listed
    assert str(only_open) not in listed
    assert str(only_open) in support.get(f"{INBOX}?context={LAST}&open=yes").text
    assert error in page


def test_messages_are_filtered_by_type(support: Client, said: OutboxMessage) -> None:
    of_type, of_another = (
        support.get(f"{OUTBOX}?context=auth&type={each}").text
        for each in ("USER_DELETED", "FILE_UPLOADED")
    )
    assert str(said.correlation_id) in of_type
    assert str(said.correlation_id) not in of_another


def test_the_payload_is_readable(support: Client, said: OutboxMessage) -> None:
    page = support.get(f"{OUTBOX}{said.pk}/change/").text
    line = f"  &quot;user_id&quot;: &quot;{said.payload['user_id']}&quot;"
    assert line in page


def test_a_message_of_any_context_opens_with_its_own_wish(
    support: Client, said: OutboxMessage
) -> None:
    page = support.get(f"{OUTBOX}{said.pk}/change/").text
    assert f"wishes/resend/?context=auth&amp;id={said.pk}" in page


def test_the_queues_page_is_for_staff(support: Client, client: Client) -> None:
    assert client.get("/admin/django_rq/dashboard/").status_code == 302
    assert client.get("/admin/django_rq/dashboard/stats.json").status_code == 401
