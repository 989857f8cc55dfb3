"""The description as a document for programs and as a page for people."""

import json
from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.vary import vary_on_headers
from django.views.generic import TemplateView
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from frameflow.api.schema import document, operations


@method_decorator(vary_on_headers("Accept-Language"), "dispatch")
class SchemaView(APIView):
    """The OpenAPI 3.1 description of this API, as JSON or YAML."""

    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Return the description."""
        return Response(document())


class DocsView(TemplateView):
    """Every operation with what it takes and gives; no script needed."""

    template_name = "api/docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = operations_by_tag(document())
        return super().get_context_data(document=document(), groups=groups, **kwargs)


def operations_by_tag(described: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what the page shows: for each tag its operations, with the media types, fields and
    examples of body and answers."""
    groups: dict[str, list[dict[str, Any]]] = {}
    schemas = described["components"]["schemas"]
    for path, method, operation in operations(described):
        where = {"path": path, "method": method.upper()}
        group = groups.setdefault(operation["tags"][0], [])
        group.append({**operation, **where, **_shown(operation, schemas)})
    return groups


def _shown(operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    answers = {
        status: each
        for status, each in operation["responses"].items()
        if status.startswith(("2", "3"))
    }
    return {
        "body": _contents(body, schemas),
        "answers": [
            {
                "status": status,
                "description": each.get("description", ""),
                "content": _contents(each.get("content", {}), schemas),
            }
            for status, each in answers.items()
        ],
    }


def _contents(content: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    return [_content(each, media, schemas) for media, each in content.items()]


def _content(content: dict[str, Any], media: str, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = content.get("schema", {})
    named = schema.get("$ref", "").rpartition("/")[2]
    examples = [each.get("value") for each in content.get("examples", {}).values()]
    return {
        "media": media,
        "fields": _fields(schemas.get(named, schema), schemas),
        "example": _as_text(examples[0]) if examples else "",
    }


def _as_text(example: Any) -> str:
    if isinstance(example, str):
        return example
    return json.dumps(example, indent=2, ensure_ascii=False)


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "type": _type(each, schemas),
            "required": name in required,
            "description": each.get("description", ""),
        }
        for name, each in schema.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return a type in a word or two: `integer or null`, `list of string`, `Video`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(each, schemas) for each in schema[several]))
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}), schemas)}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)
