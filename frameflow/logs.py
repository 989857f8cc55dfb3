"""Structured logs: one JSON object a line, with the correlation id of the work in hand.

Whoever reads logs may not thereby come in, nor learn who is who: what opens a door, and addresses
of people, are taken out of every line, also of what others write (Django, a mail server's words).
"""

import re
from typing import Any

import structlog

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.stdlib.ExtraAdder(),
]

_HIDDEN = (
    re.compile(r"(?<=/password/reset/)[\w-]+/[\w-]+"),  # a link that sets a password
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),  # JSON Web Tokens
    re.compile(r"\bff_[\w-]{20,}"),  # API tokens
    re.compile(r"(?<=X-Amz-)(?:Signature|Credential|Security-Token)=[^&\s\"]+"),
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),  # e-mail addresses
)


def _without_query(_logger: Any, _name: str, event: Any) -> Any:
    """A request is told by its path: its query may hold a name of a file, or of a person."""
    request = event.get("request")
    if hasattr(request, "path"):
        event["request"] = f"{request.method} {request.path}"
    return event


def _hide(_logger: Any, _name: str, line: str) -> str:
    """Take out of a line what nobody may learn from it."""
    for each in _HIDDEN:
        line = each.sub("…", line)
    return line


def logging_settings(level: str) -> dict[str, Any]:
    """Return LOGGING: everything on standard error, as JSON lines; structlog goes the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    _without_query,
                    structlog.processors.JSONRenderer(default=str),
                    _hide,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {"django.server": {"handlers": ["stderr"], "propagate": False}},
    }
