"""What a person types about a link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

DAYS = (1, 7, 30)
LONGEST_NAME = 255


class ShareForm(forms.Form):
    """The wish for a link."""

    name = forms.CharField(
        label=_("Name on the page"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Whoever opens the link reads it. Empty: no name."),
    )
    days = forms.TypedChoiceField(label=_("It works for"), coerce=int, initial=7)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["days"]
        days.choices = [(n, ngettext("{n} day", "{n} days", n).format(n=n)) for n in DAYS]
