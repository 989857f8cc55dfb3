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

_START = r"(?:\b|(?<=\\[abfnrtv]))"  # of a word, also where a `repr` wrote the line break before it
_HIDDEN = (
    re.compile(r"(?<=/password/reset/)[\w-]+/[\w-]+"),  # a link that sets a password
    re.compile(r"(?<=/email/)[\w-]{16,}"),  # a link that makes an address theirs
    re.compile(r"(?<=/s/)[\w-]{16,}"),  # a link that shows frames
    re.compile(_START + r"eyJ[\w-]+\.[\w-]+\.[\w-]*"),  # JSON Web Tokens
    re.compile(_START + r"ff_[\w-]{20,}"),  # API tokens
    re.compile(r"(?<=X-Amz-)(?:Signature|Credential|Security-Token)=[^&\s\"]+"),
    # E-mail addresses; marks that are set over letters are no part of \w.
    re.compile(r"[^\s@<>()\[\]{},;:\"'`/\\?&=|]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
)


def _without_query(_logger: Any, _name: str, event: Any) -> Any:
    """A request is told by its path: its query may hold a name of a file, or of a person."""
    request = event.get("request")
    if hasattr(request, "path"):
        event["request"] = f"{request.method} {request.path}"
    return event


def _hide(_logger: Any, _name: str, event: Any) -> Any:
    """Take out of an event what nobody may learn from it; before it is JSON, whose escapes would
    join a word to the line break before it."""
    return _without_secrets(event)


def _without_secrets(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {_clean(key): _without_secrets(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    return _clean(value)


def _clean(value: object) -> str:
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    for each in _HIDDEN:
        text = each.sub("…", text)
    return text


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
                    _hide,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {"django.server": {"handlers": ["stderr"], "propagate": False}},
    }
