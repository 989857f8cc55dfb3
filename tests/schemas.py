"""The OpenAPI schema of one context's addresses, and whether an answer is what it promises."""

from functools import cache
from importlib import import_module
from typing import Any

import jsonschema
from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

Schema = dict[str, Any]
SAYS = {"type", "enum", "$ref", "allOf", "anyOf", "oneOf"}


@cache
def schema_of(context: str) -> Schema:
    """Return the schema of what a context has below `/api/v1/`; fails on a warning."""
    urls = import_module(f"apps.{context}.api.urls")
    with GENERATOR_STATS.silence():
        GENERATOR_STATS.reset()
        generator = SchemaGenerator(patterns=[path("api/v1/", include(urls))])
        schema: Schema = generator.get_schema(public=True)
        found = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    assert not found, found
    return schema


def operations(schema: Schema) -> dict[str, Schema]:
    """Return every operation by its method and path."""
    return {
        f"{method.upper()} {address}": operation
        for address, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def free_form(schema: Schema) -> list[str]:
    """Return the components, and their properties, that do not say what is in them."""
    parts = {
        f"{name}.{field}": part
        for name, component in schema["components"]["schemas"].items()
        for field, part in component.get("properties", {}).items()
    }
    return [
        name
        for name, part in (parts | schema["components"]["schemas"]).items()
        if not SAYS & set(part) or (part.get("type") == "object" and not part.get("properties"))
    ]


def check_answer(schema: Schema, operation: str, document: Any, status: str = "200") -> None:
    """Fail where a JSON document is not what the schema says of it."""
    answer = operations(schema)[operation]["responses"][status]["content"]["application/json"]
    whole = {**answer["schema"], "components": schema["components"]}
    jsonschema.Draft202012Validator(whole).validate(document)
