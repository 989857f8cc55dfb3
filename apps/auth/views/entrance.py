"""In and out: sign up, log in, log out; and the language of the pages."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login, views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.auth import services
from apps.auth.exceptions import SignupClosed
from apps.auth.forms import LogInForm, SignUpForm
from apps.auth.models import User
from apps.auth.views.asking import (
    BACKEND,
    AskingView,
    WithAnswers,
    user_of,
    with_language,
    with_profile,
)
from frameflow.api.throttling import forget_tries
from frameflow.exceptions import Invalid


class SignUpView(views.RedirectURLMixin, AskingView):
    """Open an account and be logged in at once."""

    template_name = "identity/signup.html"
    form_class = SignUpForm
    next_page = "upload:home"
    throttle_scope = "sign-up"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Whoever has come in already goes on; a closed house says so at the door."""
        if request.user.is_authenticated:
            return redirect(self.get_success_url())
        if settings.SIGNUP == "closed":
            raise SignupClosed
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        language = get_language() or "en"
        try:
            user = services.register_user(**form.cleaned_data, language=language, at=timezone.now())
        except Invalid as refusal:
            form.take(refusal)
            return self.form_invalid(form)
        login(self.request, user, backend=BACKEND)
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.get_redirect_url(), **kwargs)


@method_decorator([sensitive_post_parameters(), never_cache], "dispatch")
class LogInView(WithAnswers, views.LoginView):
    """Come in; the pages then speak the person's language."""

    template_name = "identity/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True
    throttle_scope = "log-in"
    throttle_field = "username"  # Django's name for it

    def form_valid(self, form: LogInForm) -> HttpResponse:  # type: ignore[override]
        forget_tries(self.request, self)  # while it is still nobody who asks
        answer = super().form_valid(form)
        if form.cleaned_data["stay"]:
            self.request.session.set_expiry(settings.SESSION_COOKIE_AGE)
        user = form.get_user()
        return with_profile(answer, user) if isinstance(user, User) else answer


class LogOutView(views.LogoutView):
    """Leave; a POST, so that no picture on another site can do it."""

    next_page = "auth:login"


class LanguageView(views.RedirectURLMixin, View):
    """Change the language of the pages and come back; remembered for who is logged in."""

    http_method_names = ["post"]
    next_page = "upload:home"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set the cookie, and the profile where there is one."""
        answer = redirect(self.get_success_url())
        language = request.POST.get("language", "")
        if language not in dict(settings.LANGUAGES):
            return answer
        if request.user.is_authenticated:
            services.change_profile(user_id=user_of(request).pk, language=language)
        return with_language(answer, language)
