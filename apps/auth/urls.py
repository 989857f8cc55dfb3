"""The pages of an account, and the public key."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.generic import TemplateView

from apps.auth.api.jwks import jwks

app_name = "auth"

urlpatterns = [
    path(".well-known/jwks.json", jwks, name="jwks"),
    path("login/", LoginView.as_view(template_name="identity/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("signup/", TemplateView.as_view(template_name="problem.html"), name="signup"),
    path("settings/", TemplateView.as_view(template_name="problem.html"), name="settings"),
    path("language/", TemplateView.as_view(template_name="problem.html"), name="language"),
]
