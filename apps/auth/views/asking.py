"""What the forms of an account have in common."""

from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from apps.auth.models import User
from frameflow.api.throttling import wait_s
from frameflow.pages.zones import with_time_zone

Answer = TypeVar("Answer", bound=HttpResponseBase)

BACKEND = "django.contrib.auth.backends.ModelBackend"
YEAR_S = 365 * 24 * 3600


class WithAnswers:
    """A form that is wrong comes back with 422 and opens at the first wrong field; one that was
    sent too often is not even looked at."""

    throttle_scope = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take what was typed, unless it is one try too many."""
        if self.throttle_scope and (left_s := wait_s(request, self)):
            return self._too_often(request, left_s)
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def _too_often(self, request: HttpRequest, left_s: int) -> HttpResponse:
        minutes = -(-left_s // 60)
        sentence = ngettext(
            "Too many tries. Wait {n} minute.", "Too many tries. Wait {n} minutes.", minutes
        )
        form = self._with_what_was_typed(request)
        page: HttpResponse = self.render_to_response(  # type: ignore[attr-defined]
            self.get_context_data(form=form, too_often=sentence.format(n=minutes)),  # type: ignore[attr-defined]
            status=429,
            headers={"Retry-After": str(left_s)},
        )
        return page

    def _with_what_was_typed(self, request: HttpRequest) -> Any:
        """Return the form as it was sent, unchecked: a check would be a try."""
        given = self.get_form_kwargs()  # type: ignore[attr-defined]
        unchecked = {name: given[name] for name in given.keys() - {"data", "files"}}
        return self.get_form_class()(**{**unchecked, "initial": request.POST.dict()})  # type: ignore[attr-defined]

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


def with_profile(response: Answer, user: User) -> Answer:
    """Let an answer say how the next page speaks to a person: their language and their time."""
    return with_time_zone(with_language(response, user.language), user.time_zone)


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
