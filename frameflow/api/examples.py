"""The examples of the description: exchanges that a test has with the real application."""

import json
from pathlib import Path
from typing import Any

from frameflow.api.schema import operations

FILE = Path(__file__).with_name("examples.json")


def show_examples(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Give each operation the example of its parameters, body and answer; a hook of
    drf-spectacular."""
    exchanges = json.loads(FILE.read_text())
    for path, method, operation in operations(result):
        _show(operation, exchanges.get(f"{method.upper()} {path}", {}))
    return result


def _show(operation: dict[str, Any], exchange: dict[str, Any]) -> None:
    asked = exchange.get("query", {})
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in asked:
            parameter["example"] = asked[parameter["name"]]
    body = operation.get("requestBody", {}).get("content", {})
    _put(body, "application/json", exchange.get("body"))
    _put(body, "multipart/form-data", exchange.get("form"))
    _put(body, "application/offset+octet-stream", exchange.get("body"))
    answer = operation["responses"].get(str(exchange.get("status")), {}).get("content", {})
    _put(answer, exchange.get("media", ""), exchange.get("answer"))


def _put(content: dict[str, Any], media: str, value: Any) -> None:
    if media in content and value is not None:
        content[media]["examples"] = {"Example": {"value": value}}
