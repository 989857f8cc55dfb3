"""The web."""

from frameflow.variables.kinds import Choice, Integer, Secret, Text, Words

ALLOWED_HOSTS = Words(
    "ALLOWED_HOSTS",
    "host names that are answered, by comma",
    ("localhost", "127.0.0.1", "[::1]"),
)
PUBLIC_URL = Text(
    "PUBLIC_URL",
    "the address that people see: trusted for forms, and the start of links in mails",
    example="https://frames.example.com",
)
TRUSTED_PROXIES = Integer(
    "TRUSTED_PROXIES",
    "how many proxies of yours stand before this server, for the limits on how often an address "
    "may ask: with 1 it is the last address in `X-Forwarded-For`, with 2 the last but one. 0: the "
    "header is not believed. Too high, and everybody can make up an address",
    0,
    maximum=10,
)
SIGNUP = Choice("SIGNUP", "`closed`: nobody can sign up", "open", allowed=("open", "closed"))
ADMIN_EMAIL = Text(
    "ADMIN_EMAIL",
    "with the next: `make run` makes this superuser where the address is not taken, and so does "
    "`manage.py ensure_admin`",
    example="admin@example.com",
)
ADMIN_PASSWORD = Secret("ADMIN_PASSWORD", "its password")
EMAIL_URL = Secret(
    "EMAIL_URL",
    "`smtp://user:password@host:587?tls=1&from=Name <address>`; `smtps://` speaks TLS at once",
    shown="files in `mail/`",
    example="smtp://user:password@host:587?from=frames@example.com",
)
