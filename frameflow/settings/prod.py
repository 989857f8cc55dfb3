"""Behind TLS, with servers and secrets from outside; refuses insecure values."""

from secrets import token_urlsafe

from frameflow.settings.base import *  # noqa: F403
from frameflow.settings.base import ACTIVE_CONTEXTS, JWT_SIGNING_KEY, SECRET_KEY
from frameflow.settings.jwt import jwt_settings
from frameflow.variables import process, stop

if [context.name for context in ACTIVE_CONTEXTS] == ["processing"] and not SECRET_KEY:
    # A worker that knows processing alone serves nobody and signs nothing. It looks at files of
    # strangers, so it should hold no key; Django wants one all the same.
    SECRET_KEY = token_urlsafe(64)
else:
    if not SECRET_KEY:
        stop("SECRET_KEY is missing: give it, or name a file that holds it in SECRET_KEY_FILE.")
    if SECRET_KEY.startswith("django-insecure-"):
        stop("SECRET_KEY is one of Django's defaults, which everybody can know.")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        stop("SECRET_KEY must be random and have at least 50 characters.")
    SIMPLE_JWT = jwt_settings(JWT_SIGNING_KEY)

DECODER_CAGE = process.DECODER_CAGE.read() or "required"

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
