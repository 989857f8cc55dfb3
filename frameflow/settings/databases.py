"""One database alias per context; moving a context to its own server is changing one URL."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg2 import ProgrammingError
from psycopg2.extensions import make_dsn

from frameflow.contexts import CONTEXTS, Context, context_named
from frameflow.variables import process, servers, stop


def active_contexts() -> tuple[Context, ...]:
    """Return the contexts that this process runs: FRAMEFLOW_CONTEXTS, or all."""
    names = process.CONTEXTS_HERE.read()
    try:
        wanted = {context_named(name) for name in names}
    except KeyError as unknown:
        stop(f"FRAMEFLOW_CONTEXTS names an unknown context {unknown}.")
    return tuple(context for context in CONTEXTS if context in wanted)


def databases(contexts: Iterable[Context], found: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return DATABASES. `found` holds the URLs of servers that run beside us, by variable name."""
    shared = servers.DATABASE_URL.read()
    aliases: dict[str, dict[str, Any]] = {
        context.alias: _alias(
            context,
            servers.DATABASE_URLS[context.name].read()
            or shared
            or found.get(context.url_variable, ""),
        )
        for context in contexts
    }
    # Empty on purpose: a forgotten using= fails instead of writing into another context's schema.
    return {"default": {}, **aliases}


def _alias(context: Context, url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url or "postgres:///frameflow")
        port = parts.port
    except ValueError:
        stop(f"the database URL of {context.name} has no valid host and port.")
    if parts.scheme not in {"postgres", "postgresql"}:
        stop(f"the database URL of {context.name} must begin with postgres://.")
    return {
        "ENGINE": "frameflow.db.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "frameflow",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_options(context, parts.query), "schema": context.schema},
        "TEST": {"DEPENDENCIES": []},
    }


def _options(context: Context, query: str) -> dict[str, str]:
    """Return what stands after the `?`: any option of libpq, and `statement_timeout`."""
    options = dict(parse_qsl(query))
    for name in {"connect_timeout", "statement_timeout"} & options.keys():
        if not options[name].isdigit():
            stop(f"the database URL of {context.name}: {name} must be whole seconds.")
    for name in options.keys() - {"statement_timeout"}:
        try:
            make_dsn(**{name: "0"})
        except ProgrammingError:
            stop(f"the database URL of {context.name} has an unknown option {name!r}.")
    return options
