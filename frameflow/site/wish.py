"""One named thing that support may do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ReasonForm(forms.Form):
    """Why: asked before every wish."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One sentence, for the journal. Name no person."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Skipped(Exception):
    """A wish that a row does not need or cannot take; says why."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One thing to do to a row: `grant(row, form)` raises `Skipped`, or a refusal of ours."""

    name: str
    label: "StrOrPromise"
    meaning: "StrOrPromise"
    permission: str
    grant: Callable[[Any, Any], object]
    form: type[ReasonForm] = ReasonForm
