"""The pages of an account, and the public key."""

from django.urls import path

from apps.auth import views
from apps.auth.api.jwks import jwks

app_name = "auth"

urlpatterns = [
    path(".well-known/jwks.json", jwks, name="jwks"),
    path("signup/", views.SignUpView.as_view(), name="signup"),
    path("login/", views.LogInView.as_view(), name="login"),
    path("logout/", views.LogOutView.as_view(), name="logout"),
    path("language/", views.LanguageView.as_view(), name="language"),
    path("password/change/", views.PasswordChangeView.as_view(), name="password-change"),
    path("password/reset/", views.PasswordResetView.as_view(), name="password-reset"),
    path(
        "password/reset/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(),
        name="password-reset-confirm",
    ),
    path(
        "videos/<uuid:video_id>/extractions/<uuid:extraction_id>/notice/",
        views.NoticeView.as_view(),
        name="notice",
    ),
    path("settings/", views.SettingsView.as_view(), name="settings"),
    path("settings/email/", views.EmailChangeView.as_view(), name="email"),
    path("settings/email/forget/", views.EmailForgetView.as_view(), name="email-forget"),
    path("email/<str:key>/", views.EmailConfirmView.as_view(), name="email-confirm"),
    path("settings/tokens/", views.ApiTokensView.as_view(), name="tokens"),
    path(
        "settings/tokens/<uuid:token_id>/revoke/",
        views.RevokeApiTokenView.as_view(),
        name="revoke",
    ),
    path("settings/data/", views.DataView.as_view(), name="all-data"),
    path("settings/data/auth/", views.AccountDataView.as_view(), name="data"),
    path("settings/close/", views.CloseAccountView.as_view(), name="close"),
]
