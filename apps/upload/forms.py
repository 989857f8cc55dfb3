"""The wishes of a person, as forms: names and bounds are those of the contract."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from frameflow.contracts import ImageFormat, Mode, Options
from frameflow.pages.formats import clock, seconds_of_clock

QUALITIES = ((60, _("Low")), (90, _("Good")), (100, _("Best")))
SIDES = (("", _("Original")), (1920, "1920"), (1280, "1280"), (640, "640"))
#: The modes that a page offers; who wishes for another one uses the API.
MODES = ((Mode.INTERVAL, _("At a steady interval")), (Mode.SCENES, _("The first of each scene")))
FORMATS = ((ImageFormat.JPG, "JPG"), (ImageFormat.PNG, "PNG"), (ImageFormat.WEBP, "WebP"))


class MomentField(forms.Field):
    """A moment of a video, `1:30`, `00:01:30.5` or `90`; its value is seconds, None where empty."""

    default_error_messages = {"moment": _("Write it like 1:30, or in seconds.")}

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if not text:
            return None
        moment = seconds_of_clock(text)
        if moment is None:
            raise ValidationError(self.error_messages["moment"], code="moment")
        return moment

    def prepare_value(self, value: Any) -> Any:
        """Return seconds as a clock would show them."""
        return clock(float(value)) if isinstance(value, int | float | Decimal) else value


class NumberField(forms.DecimalField):
    """A number whose bounds are said as the reader's language writes numbers."""

    def run_validators(self, value: Any) -> None:
        try:
            super().run_validators(value)
        except ValidationError as error:
            for params in (each.params for each in error.error_list if each.params):
                params.update(limit_value=localize(params.get("limit_value")))
            raise


def _bounds(name: str) -> dict[str, Any]:
    """Return the bounds of a field of the contract."""
    found: dict[str, Any] = {}
    for each in Options.model_fields[name].metadata:
        for bound in ("ge", "le"):
            value = getattr(each, bound, None)
            if value is not None:
                found[{"ge": "min_value", "le": "max_value"}[bound]] = value
    return found


class OptionsForm(forms.Form):
    """What a person may wish for on a page; the API knows more modes."""

    mode = forms.ChoiceField(label=_("Which frames"), choices=MODES, required=False)
    interval = NumberField(
        label=_("Seconds between frames"), decimal_places=3, **_bounds("interval")
    )
    format = forms.ChoiceField(label=_("Image format"), choices=FORMATS)
    quality = forms.TypedChoiceField(label=_("Quality"), choices=QUALITIES, coerce=int)
    max_side = forms.TypedChoiceField(
        label=_("Longest side in pixels"),
        choices=SIDES,
        coerce=int,
        required=False,
        empty_value=None,
    )
    start = MomentField(
        label=_("From"), required=False, help_text=_("Like 1:30. Empty: the beginning.")
    )
    end = MomentField(label=_("To"), required=False, help_text=_("Empty: the end."))
    distinct = forms.BooleanField(
        label=_("Leave out frames that look the same as the one before"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = {"interval": settings.FRAME_INTERVAL_S, "format": ImageFormat.JPG, "quality": 90}
        self.initial = {**usual, **self.initial}
        for name in ("start", "end"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"

    def clean_mode(self) -> str:
        """Return the mode; a form without one means the usual."""
        return self.cleaned_data["mode"] or Mode.INTERVAL

    def clean(self) -> dict[str, Any]:
        """Return the fields; `to` must come after `from`, as the contract says."""
        found: dict[str, Any] = super().clean() or {}
        start, end = found.get("start"), found.get("end")
        if end is not None and end <= (start or 0):
            self.add_error("end", _("This must be later than From."))
        return found

    def options(self) -> Options:
        """Return the wishes of a valid form."""
        wishes = {name: self.cleaned_data[name] for name in OptionsForm.base_fields}
        return Options(**wishes, max_frames=settings.MAX_FRAMES)


def initial_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows for options that were wished before."""
    known = {name: options.get(name) for name in OptionsForm.base_fields}
    nearest = min(
        (each for each, _name in QUALITIES), key=lambda q: abs(q - (known["quality"] or 90))
    )
    return {**known, "interval": _plain(known["interval"]), "quality": nearest}


def _plain(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}".rstrip("0").rstrip(".")


class NameForm(forms.Form):
    """Another name for a video."""

    name = forms.CharField(label=_("Name"), max_length=255)
