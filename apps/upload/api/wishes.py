"""Options from outside: the fields, bounds and help texts are those of the contract."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import ValidationError

from apps.upload.exceptions import BadOptions
from frameflow.contracts import Options

_LISTS = {"timestamps"}
#: What else a form with options carries.
BESIDE_OPTIONS = {"file", "csrfmiddlewaretoken"}


def options_from(data: Mapping[str, Any]) -> Options:
    """Return the options in a form or JSON body; `BadOptions` names each field that is wrong or
    unknown. Fields left out take their defaults, and so do those that say nothing in their way:
    null in JSON and an empty text in a form, where an option may be nothing.
    """
    unknown = sorted(set(data) - set(Options.model_fields) - BESIDE_OPTIONS)
    if unknown:
        raise BadOptions(
            errors=[{"path": name, "message": _("No such option.")} for name in unknown]
        )
    given = {name: _value(data, name) for name in Options.model_fields if name in data}
    wished = {name: value for name, value in given.items() if not _says_nothing(name, value, data)}
    wished.setdefault("interval", settings.FRAME_INTERVAL_S)
    wished.setdefault("max_frames", settings.MAX_FRAMES)
    try:
        options = Options.model_validate(wished)
    except ValidationError as error:
        raise BadOptions(errors=[_problem(each) for each in error.errors()]) from error
    if options.max_frames > settings.MAX_FRAMES:
        limit = _("At most {limit}.").format(limit=settings.MAX_FRAMES)
        raise BadOptions(errors=[{"path": "max_frames", "message": limit}])
    return options


def _says_nothing(name: str, value: Any, data: Mapping[str, Any]) -> bool:
    if name in _LISTS:
        return bool(value == [])
    nothing = "" if isinstance(data, QueryDict) else None
    return Options.model_fields[name].default is None and bool(value == nothing)


def _value(data: Mapping[str, Any], name: str) -> Any:
    if name not in _LISTS:
        return data[name]
    values = data.getlist(name) if isinstance(data, QueryDict) else data[name]
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, list):
        return values
    return [part for value in values for part in str(value).split(",") if part.strip()]


def _problem(error: Any) -> dict[str, str]:
    message = str(error["msg"]).removeprefix("Value error, ")
    return {"path": ".".join(map(str, error["loc"])), "message": message}
