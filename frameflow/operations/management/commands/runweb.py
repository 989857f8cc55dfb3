"""Run the web process."""

import threading
from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandParser

from frameflow.storage import store
from frameflow.variables import process

KEEP_ALIVE_S = 15
STOP_WITHIN_S = 5
SERVER: dict[str, Any] = {
    "http": "frameflow.api.heads:BoundedHeads",
    "lifespan": "off",
    "ws": "none",
    "proxy_headers": False,  # whom to believe is said by TRUSTED_PROXIES
    "server_header": False,
    "access_log": False,
    "log_config": None,  # its words go where ours go
    "log_level": "warning",
    "timeout_keep_alive": KEEP_ALIVE_S,
}


class Command(BaseCommand):
    """Serve pages, API and streams of events; one process, so run more of them for more."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=process.HOST.read(), help="default: HOST")
        parser.add_argument("--port", type=int, default=process.PORT.read(), help="default: PORT")
        parser.add_argument(
            "--stop-within",
            type=int,
            default=STOP_WITHIN_S,
            metavar="SECONDS",
            help="how long open requests may go on when it is told to stop",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Whether signed links open is known before the first ZIP is asked for.
        threading.Thread(target=store().links_open, name="links", daemon=True).start()
        uvicorn.run(
            "frameflow.asgi:application",
            host=options["host"],
            port=options["port"],
            timeout_graceful_shutdown=options["stop_within"],
            **SERVER,
        )
