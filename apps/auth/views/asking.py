"""What the forms of an account have in common."""

from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from apps.auth.models import User

Answer = TypeVar("Answer", bound=HttpResponseBase)

BACKEND = "django.contrib.auth.backends.ModelBackend"
YEAR_S = 365 * 24 * 3600


class WithAnswers:
    """A form that is wrong comes back with 422 and opens at the first wrong field."""

    def form_invalid(self, form: Any) -> HttpResponse:
        form.focus_first_error()
        page: HttpResponse = self.render_to_response(  # type: ignore[attr-defined]
            self.get_context_data(form=form),  # type: ignore[attr-defined]
            status=422,
        )
        return page


@method_decorator([sensitive_post_parameters(), never_cache], "dispatch")
class AskingView(WithAnswers, FormView):  # type: ignore[type-arg]
    """A page with one form; what is typed into it is told to nobody."""


def user_of(request: HttpRequest) -> User:
    """Return the person behind a page that asks for a log in."""
    assert isinstance(request.user, User)  # noqa: S101  LoginRequiredMixin has seen to it
    return request.user


def with_language(response: Answer, language: str) -> Answer:
    """Let an answer say in which language the next page is written."""
    translation.activate(language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR_S,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response
