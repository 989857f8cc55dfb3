"""What was decided was said, once; what was said is kept until it was heard, once."""

from django.conf import settings

from frameflow.bus.models import InboxMessage, OutboxDelivery
from frameflow.operations.invariants.evidence import Breaches, Evidence, asked, chunks
from frameflow.operations.invariants.transitions import TRANSITIONS

_KEPT_FOR_NOBODY = """
SELECT m.type, m.id FROM outbox_message m
WHERE NOT EXISTS (SELECT FROM outbox_delivery d WHERE d.message_id = m.id)
"""
_GIVEN_UP = """
SELECT m.type, m.id, d.consumer FROM outbox_delivery d JOIN outbox_message m ON m.id = d.message_id
WHERE d.acked_at IS NULL AND m.done_at IS NOT NULL
"""
_HEARD_TWICE = """
SELECT message_id, consumer, count(*) FROM inbox_message GROUP BY 1, 2 HAVING count(*) > 1
"""


def transitions_are_messages(evidence: Evidence) -> Breaches:
    """I8a: every change that must be said was said, once, and nothing else was."""
    for rule in TRANSITIONS:
        yield from rule.breaches()


def nothing_is_forgotten(evidence: Evidence) -> Breaches:
    """I9a: what is not acknowledged is kept, and what is acknowledged is in the inbox."""
    for alias in _aliases():
        for type_, pk in asked(alias, _KEPT_FOR_NOBODY):
            yield f"{type_} {pk} is kept for nobody"
        for type_, pk, consumer in asked(alias, _GIVEN_UP):
            yield f"{type_} {pk} was given up, and {consumer} has not acknowledged it"
        yield from _acknowledged_unheard(alias)


def _acknowledged_unheard(alias: str) -> Breaches:
    """The acknowledgements are read first, and each comes after its inbox row, which stays."""
    for consumer in _aliases():
        acked = OutboxDelivery.objects.using(alias).filter(
            consumer=consumer, acked_at__isnull=False
        )
        ids = acked.order_by("pk").values_list("message_id", flat=True)
        for chunk in chunks(ids.iterator()):
            inbox = InboxMessage.objects.using(consumer).filter(consumer=consumer)
            heard = inbox.filter(message_id__in=chunk, handled_at__isnull=False)
            for pk in set(chunk) - set(heard.values_list("message_id", flat=True)):
                yield f"message {pk} was acknowledged by {consumer} unheard"


def deliveries_are_acknowledged(evidence: Evidence) -> Breaches:
    """I9: every delivery is acknowledged."""
    for alias in _aliases():
        awaited = OutboxDelivery.objects.using(alias).filter(acked_at=None)
        for each in awaited.select_related("message").iterator():
            yield f"{each.message.type} {each.message_id} awaits {each.consumer}"


def inbox_is_unique(evidence: Evidence) -> Breaches:
    """I10a: an inbox holds a message once."""
    for alias in _aliases():
        for pk, consumer, count in asked(alias, _HEARD_TWICE):
            yield f"message {pk} is {count} times in the inbox of {consumer}"


def _aliases() -> list[str]:
    return [context.alias for context in settings.ACTIVE_CONTEXTS]
