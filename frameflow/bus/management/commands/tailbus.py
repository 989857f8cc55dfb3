"""Print the messages as they pass."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from frameflow.bus import watch
from frameflow.bus.exceptions import BusUnavailable
from frameflow.contracts import Envelope


class Command(BaseCommand):
    """Show every message on the bus, until Ctrl-C."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="whole envelopes, one a line")

    def handle(self, *args: Any, **options: Any) -> None:
        show = Envelope.model_dump_json if options["json"] else line
        try:
            for envelope in watch():
                self.stdout.write(show(envelope))
                self.stdout.flush()
        except BusUnavailable as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            return


def line(envelope: Envelope) -> str:
    """Return one message for a person: time, type, from whom, which extraction, which message."""
    about = envelope.payload.get("message_id", envelope.message_id)
    moment = f"{envelope.occurred_at:%H:%M:%S.%f}"[:-3]
    return (
        f"{moment}  {envelope.type:<22} {envelope.producer:<14} "
        f"{envelope.correlation_id}  {str(about)[:8]}"
    )
