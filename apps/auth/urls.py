"""Addresses at the root."""

from django.urls import path

from apps.auth.api.jwks import jwks

urlpatterns = [path(".well-known/jwks.json", jwks, name="jwks")]
