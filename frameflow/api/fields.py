"""Fields that take what the description says, where REST framework is more lenient."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.utils import html


class TextField(serializers.CharField):
    """Text. A number is none: who sends one by mistake learns of it."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text; refuse what REST framework would write as one."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class EmailField(TextField, serializers.EmailField):
    """An e-mail address."""


class ChoiceField(serializers.ChoiceField):
    """One of a few words. An empty one is none of them, also in a form."""

    def get_value(self, dictionary: Mapping[Any, Any]) -> Any:
        """Return what was sent; REST framework takes an empty text of a form for nothing."""
        if html.is_html_input(dictionary) and self.field_name in dictionary:
            return dictionary[self.field_name]
        return super().get_value(dictionary)


class BooleanField(serializers.BooleanField):
    """True or false; in a form also its words, in JSON no number."""

    def to_internal_value(self, data: Any) -> Any:
        """Return it; 0 and 1 are numbers."""
        if not isinstance(data, bool | str):
            self.fail("invalid", input=data)
        return super().to_internal_value(data)
