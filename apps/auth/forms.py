"""What people type on the account pages. Each rule is a service's; here are fields and words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.auth import services
from apps.auth.models import User
from frameflow.exceptions import Invalid
from frameflow.pages.zones import zones_by_region

MAX_PASSWORD = 256  # hashing time must not be the sender's choice
RULES = _("At least 8 characters, not a common word.")


def password_field(label: Any, *, is_new: bool, help_text: Any = "") -> forms.CharField:
    """Return a field for a password: never trimmed, never shown again."""
    kept = "new-password" if is_new else "current-password"
    return forms.CharField(
        label=label,
        strip=False,
        max_length=MAX_PASSWORD,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": kept}),
    )


class AskingForm(forms.Form):
    """A form whose service may refuse; what is wrong stands beside its field."""

    def take(self, refusal: Invalid) -> None:
        """Show a refusal's sentences beside the fields that they name."""
        for error in refusal.facts.get("errors", ()):
            field = error["path"] if error["path"] in self.fields else None
            self.add_error(field, gettext(error["message"]))

    def focus_first_error(self) -> None:
        """Let the page open where the person has to type."""
        typed = [n for n, field in self.fields.items() if isinstance(field, forms.CharField)]
        wrong = [name for name in self.fields if name in self.errors] or typed[-1:]
        for name in wrong[:1]:
            self.fields[name].widget.attrs["autofocus"] = True


class SignUpForm(AskingForm):
    """Two fields make an account."""

    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = password_field(_("Password"), is_new=True, help_text=RULES)


class LogInForm(AuthenticationForm, AskingForm):
    """An e-mail address and its password."""

    error_messages = {
        "invalid_login": _("Email or password is not right."),
        "inactive": _("Email or password is not right."),
    }

    stay = forms.BooleanField(label=_("Keep me logged in"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.CharField(
            label=_("Email"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        )
        self.fields["password"] = password_field(_("Password"), is_new=False)
        self.order_fields(["username", "password", "stay"])


class ResetForm(AskingForm):
    """Where to send the link."""

    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NewPasswordForm(AskingForm):
    """A new password for whoever opened the link of the mail."""

    new_password = password_field(_("New password"), is_new=True, help_text=RULES)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Ask the rules here, where Django's view expects it."""
        found: dict[str, Any] = super().clean() or {}
        if password := found.get("new_password"):
            try:
                services.check_password_rules(user=self.user, password=password)
            except Invalid as refusal:
                self.take(refusal)
        return found

    def save(self) -> User:
        """Set it; every token and session of this person ends."""
        return services.reset_password(
            user=self.user, new_password=self.cleaned_data["new_password"]
        )


class ChangePasswordForm(AskingForm):
    """The present password and the next."""

    current_password = password_field(_("Present password"), is_new=False)
    new_password = password_field(_("New password"), is_new=True, help_text=RULES)


class ChangeEmailForm(AskingForm):
    """The next e-mail address, and the password."""

    email = forms.EmailField(
        label=_("New email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = password_field(_("Password"), is_new=False)


class ProfileForm(AskingForm):
    """What a person may change about themselves."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones_by_region, required=False)
    wants_notices = forms.BooleanField(
        label=_("Tell me by e-mail when frames are ready"), required=False
    )
    wants_warnings = forms.BooleanField(
        label=_("Tell me by e-mail three days before files are deleted"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.RETENTION_DAYS:  # nothing is ever deleted by itself
            del self.fields["wants_warnings"]

    def clean_time_zone(self) -> str | None:
        """Return the zone; None, which changes nothing, where none was sent."""
        return self.cleaned_data["time_zone"] or None


class CloseAccountForm(AskingForm):
    """The wish to close the account, with its password."""

    password = password_field(_("Password"), is_new=False)


class ApiTokenForm(AskingForm):
    """The wish for a key that a program shows."""

    name = forms.CharField(label=_("What it is for"), max_length=100)
    can_write = forms.BooleanField(label=_("It may also upload, change and delete"), required=False)
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: it never ends."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        localize=False,
    )

    def clean_expires_on(self) -> date | None:
        """Refuse a day that has passed. The last day that there is has none after it: never."""
        day: date | None = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return None if day == date.max else day

    def wish(self) -> dict[str, Any]:
        """Return what the service takes: the last day counts in full."""
        day = self.cleaned_data["expires_on"]
        end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC) if day else None
        return {
            "name": self.cleaned_data["name"],
            "can_write": self.cleaned_data["can_write"],
            "expires_at": end,
        }
