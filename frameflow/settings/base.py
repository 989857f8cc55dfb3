"""What every environment shares. Values come from the environment; see `.env.example`."""

import os
from pathlib import Path

from frameflow.api.headers import ALWAYS
from frameflow.contracts import ImageFormat
from frameflow.embedded import running
from frameflow.logs import logging_settings
from frameflow.settings.databases import active_contexts, databases
from frameflow.settings.mail import mail_settings
from frameflow.settings.objects import object_store
from frameflow.settings.redis_url import checked, with_timeouts
from frameflow.variables import limits, process, refuse_unknown_names, secrets, servers, web

refuse_unknown_names()

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(process.DATA.read() or BASE_DIR / ".frameflow").resolve()
_servers = running(DATA_DIR)

# Contexts and their databases
ACTIVE_CONTEXTS = active_contexts()
DATABASES = databases(ACTIVE_CONTEXTS, _servers)
DATABASE_ROUTERS = ["frameflow.db.router.ContextRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.User"

INSTALLED_APPS = [
    "frameflow.db",
    "frameflow.site.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "rest_framework_simplejwt.token_blacklist",
    "django_rq",
    "frameflow.bus",
    "frameflow.api",
    "frameflow.pages",
    "frameflow.operations",
    "apps.auth",  # always: AUTH_USER_MODEL lives there
    *(context.package for context in ACTIVE_CONTEXTS if context.name != "auth"),
]

MIDDLEWARE = [
    "frameflow.pages.middleware.UsualHeaders",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "frameflow.pages.middleware.CompressText",
    "frameflow.pages.middleware.CompressParts",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "frameflow.pages.zones.ReadersTime",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "frameflow.pages.middleware.RefusalPages",
]

LOGIN_URL = "auth:login"
LOGIN_REDIRECT_URL = "upload:home"
LOGOUT_REDIRECT_URL = "auth:login"
CSRF_FAILURE_VIEW = "frameflow.pages.errors.open_too_long"
ROOT_URLCONF = "frameflow.urls"
WSGI_APPLICATION = "frameflow.wsgi.application"
ASGI_APPLICATION = "frameflow.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frameflow" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# The web
DEBUG = False
SECRET_KEY = secrets.SECRET_KEY.read()
METRICS_TOKEN = secrets.METRICS_TOKEN.read()
ALLOWED_HOSTS = web.ALLOWED_HOSTS.read()
PUBLIC_URL = web.PUBLIC_URL.read()
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
X_FRAME_OPTIONS = ALWAYS["X-Frame-Options"]
SECURE_REFERRER_POLICY = ALWAYS["Referrer-Policy"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "media-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }
}
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # "Keep me logged in" makes it SESSION_COOKIE_AGE
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "frameflow" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pt-br", "Português (Brasil)")]
LOCALE_PATHS = [BASE_DIR / "frameflow" / "locale"]
USE_THOUSAND_SEPARATOR = False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Who is asking
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_RESET_TIMEOUT = 3600
SIGNUP = web.SIGNUP.read()
ADMIN_EMAIL, ADMIN_PASSWORD = web.ADMIN_EMAIL.read(), web.ADMIN_PASSWORD.read()
JWT_SIGNING_KEY = secrets.JWT_SIGNING_KEY.read().replace("\\n", "\n")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.auth.api.authentication.TokenAuthentication",
        "apps.auth.api.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": [
        f"frameflow.api.throttling.{name}"
        for name in ("PerAddress", "PerPerson", "PerDoor", "PerAccount")
    ],
    # A door (log in, sign up …) has a rate by address, and one by address and account.
    "DEFAULT_THROTTLE_RATES": {
        "anon": "600/min",
        "user": "3000/min",
        "log-in": "60/min",
        "log-in-account": "5/min",
        "sign-up": "100/hour",
        "sign-up-account": "5/min",
        "reset": "30/hour",
        "reset-account": "5/hour",
        "password": "60/min",
        "password-account": "5/min",
        "email": "30/hour",
        "email-account": "5/hour",
        "data": "60/hour",
        "data-account": "10/hour",
        # A page of a link has two hundred images, and a class may sit behind one address.
        "share": "6000/min",
        "share-account": "6000/min",
    },
    "NUM_PROXIES": web.TRUSTED_PROXIES.read(),
    "DEFAULT_PAGINATION_CLASS": "frameflow.api.pagination.PageNumbers",
    "DEFAULT_VERSIONING_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "frameflow.api.endpoints.EndpointSchema",
    "EXCEPTION_HANDLER": "frameflow.api.exception_handler.problem",
    "DEFAULT_PARSER_CLASSES": [
        "frameflow.api.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    # `format` is a parameter of ours (manifest, image format), not a choice of renderer.
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Frame Flow",
    "VERSION": "1",
    "DESCRIPTION": (BASE_DIR / "frameflow" / "api" / "description.md").read_text(),
    "TAGS": [
        {"name": "auth", "description": "Accounts and how to log in."},
        {"name": "videos", "description": "Videos, their extractions and their frames."},
        {"name": "api", "description": "Where to begin."},
    ],
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"ImageFormat": [each.value for each in ImageFormat]},
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # the names speak for themselves
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # `make check` asks for the whole description instead
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "frameflow.api.schema.name_usual_refusals",
        "frameflow.api.examples.show_examples",
    ],
}

# Redis: the bus, the wake-ups, the cache. Never the truth.
REDIS_URL = checked(
    servers.REDIS_URL.read() or _servers.get("REDIS_URL", "redis://127.0.0.1:6379/0")
)
EVENT_BUS = {
    "default": {
        "BACKEND": {
            "redis_pubsub": "frameflow.bus.backends.redis_pubsub.RedisPubSubBackend",
            "redis_streams": "frameflow.bus.backends.redis_streams.RedisStreamsBackend",
        }[servers.EVENT_BUS.read()],
        "OPTIONS": {"url": REDIS_URL, "channel": "saga_events"},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {
            # Django's own opens a pickle, which whoever can write into Redis could have planted.
            "serializer": "rq.serializers.JSONSerializer",
            # Nobody waits for a hint.
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
        },
    }
}
RQ_QUEUES = {
    "processing": {
        "URL": with_timeouts(REDIS_URL),
        "SERIALIZER": "rq.serializers.JSONSerializer",
        "DEFAULT_TIMEOUT": 24 * 3600,
    }
}
# The unit of work enqueues after its commit; django-rq would look only at the empty default alias.
RQ = {"COMMIT_MODE": "auto"}

# Objects
OBJECT_STORE = object_store(DATA_DIR)

# Limits
MAX_UPLOAD_BYTES = limits.MAX_UPLOAD_BYTES.read()
QUOTA_BYTES = limits.QUOTA_BYTES.read()
MAX_RUNS_AT_WORK = limits.MAX_RUNS_AT_WORK.read()
MAX_DURATION_S = limits.MAX_DURATION_S.read()
MAX_FRAMES = limits.MAX_FRAMES.read()
FRAME_INTERVAL_S = limits.FRAME_INTERVAL_S.read()
RETENTION_DAYS = limits.RETENTION_DAYS.read() or None
WORKERS = process.WORKERS.read() or os.cpu_count() or 1
DECODER_CAGE = process.DECODER_CAGE.read() or "possible"
WEB_THREADS = 8
TRANSFER_THREADS = 64
TRANSFER_TIMEOUT_S = 30
TRANSFER_MIN_RATE_BYTES_S = 8 * 1024
MAX_ACTIVE_UPLOADS = 5

# Times of the machinery (docs/discussions/delivery-guarantees)
LEASE_S = 25
RENEW_EVERY_S = 5
MAX_TRIES = 5
BACK_OFF_S = (5, 25, 125)
UPLOAD_EXPIRES_AFTER_S = 24 * 3600
UPLOAD_CUT_AFTER_S = 600  # longer than a database may be away, for then nobody notes the bytes
UPLOAD_PATIENCE_S = 40
UPLOAD_LEASE_S = 8  # so long nobody goes on where a web process died; clients give up after 9
UPLOAD_RENEW_EVERY_S = 4
UPLOAD_SETTLES_WITHIN_S = 2
KEY_SILENT_AFTER_S = 120  # a request that shows no life for so long died with its process
RUN_DEADLINE_S = 24 * 3600
GARBAGE_GRACE_S = 3600
STALE_WRITE_AFTER_S = UPLOAD_EXPIRES_AFTER_S + GARBAGE_GRACE_S  # the row's verdict comes first
RUN_WALL_CLOCK_S = 2 * 3600

# Mail: EMAIL_BACKEND, EMAIL_HOST … as EMAIL_URL says
globals().update(mail_settings(web.EMAIL_URL.read(), DATA_DIR))

LOG_LEVEL = process.LOG_LEVEL.read()
LOGGING = logging_settings(LOG_LEVEL)
LOGGING_CONFIG = "logging.config.dictConfig"
