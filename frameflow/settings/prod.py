"""Behind TLS, with servers and secrets from outside; refuses insecure values."""

from frameflow.settings.base import *  # noqa: F403
from frameflow.settings.base import JWT_SIGNING_KEY, SECRET_KEY
from frameflow.settings.jwt import jwt_settings
from frameflow.variables import stop

if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-"):
    stop("SECRET_KEY must be random and have at least 50 characters.")
SIMPLE_JWT = jwt_settings(JWT_SIGNING_KEY)

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
# Browsers take these names from this very host alone, and never over plain HTTP.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
