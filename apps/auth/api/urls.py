"""Addresses below `/api/v1/`."""

from django.urls import path

from apps.auth.api import account_views, views

urlpatterns = [
    path("auth/register/", views.RegisterView.as_view(), name="register"),
    path("auth/token/", views.TokenView.as_view(), name="token-obtain"),
    path("auth/token/refresh/", views.TokenRefreshView.as_view(), name="token-refresh"),
    path("auth/token/verify/", views.TokenVerifyView.as_view(), name="token-verify"),
    path("auth/logout/", views.LogoutView.as_view(), name="logout"),
    path("auth/me/", account_views.MeView.as_view(), name="me"),
    path(
        "auth/password/change/",
        account_views.PasswordChangeView.as_view(),
        name="password-change",
    ),
    path("auth/password/reset/", views.PasswordResetView.as_view(), name="password-reset"),
    path(
        "auth/password/reset/confirm/",
        views.PasswordResetConfirmView.as_view(),
        name="password-reset-confirm",
    ),
    path("auth/tokens/", account_views.ApiTokensView.as_view(), name="api-tokens"),
    path("auth/tokens/<uuid:token_id>/", account_views.ApiTokenView.as_view(), name="api-token"),
]
