"""The options of an extraction: each field, bound, default and help text is the contract's."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from rest_framework import serializers

from frameflow.contracts import Options

_SCHEMA = Options.model_json_schema()
_DEFAULTS = Options().model_dump(mode="json")


class OptionsSerializer(serializers.Serializer[Any]):
    """Which frames are wanted, and how they are encoded. What is left out takes its default."""

    def get_fields(self) -> dict[str, Any]:
        """Return a field for each option, in the contract's order, behind those declared."""
        return {**super().get_fields(), **{name: _field(name) for name in Options.model_fields}}


def defaults() -> dict[str, Any]:
    """Return the options that nobody chose; two of them are the operator's."""
    ours = {"interval": float(settings.FRAME_INTERVAL_S), "max_frames": settings.MAX_FRAMES}
    return {**_DEFAULTS, **ours}


def bounds_of(name: str) -> tuple[float, float]:
    """Return the least and the greatest value of an option that is a number."""
    described = _form_of(_SCHEMA["properties"][name])
    return described["minimum"], described["maximum"]


def _field(name: str) -> Any:
    description = _form_of(_SCHEMA["properties"][name])
    default = defaults()[name]
    more: dict[str, Any] = {
        "required": False,
        "allow_null": default is None,
        "initial": "" if default in (None, []) else default,
        "help_text": gettext(Options.model_fields[name].description or ""),
    }
    if default is not None:
        more["default"] = default
    if name == "max_frames":
        description = {**description, "maximum": settings.MAX_FRAMES}
    return _of_type(description, more)


def _of_type(described: Mapping[str, Any], more: dict[str, Any]) -> Any:
    bounds: dict[str, Any] = {
        "min_value": described.get("minimum"),
        "max_value": described.get("maximum"),
    }
    match described:
        case {"enum": choices}:
            return serializers.ChoiceField(choices=choices, **more)
        case {"type": "array", "items": items, "maxItems": longest}:
            child = _of_type(_form_of(items), {})
            style = {"base_template": "input.html", "input_type": "text"}
            return serializers.ListField(child=child, max_length=longest, style=style, **more)
        case {"type": "boolean"}:
            return serializers.BooleanField(**more)
        case {"type": "integer"}:
            return serializers.IntegerField(**bounds, **more)
        case {"type": "number"}:
            return serializers.FloatField(**bounds, **more)
    raise TypeError(f"no field for {described}")


def _form_of(described: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what JSON calls a value: the number of "a number or its digits or nothing"."""
    if "$ref" in described:
        return dict(_SCHEMA["$defs"][described["$ref"].rpartition("/")[2]])
    return next(iter(described.get("anyOf", [described])))
