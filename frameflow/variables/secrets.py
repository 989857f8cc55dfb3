"""Secrets.

The dev settings make the first two on first use, in `secrets/` of the data folder, readable by
their owner alone. Each variable of this page that has a `_FILE` beside it may stand in a file
instead.

`openssl ecparam -name prime256v1 -genkey -noout -out jwt_signing_key.pem` makes the second.
"""

from frameflow.variables.kinds import Secret

SECRET_KEY = Secret("SECRET_KEY", "Django's key. `prod` demands at least 50 random characters")
JWT_SIGNING_KEY = Secret(
    "JWT_SIGNING_KEY",
    r"a P-256 private key in PEM form; `\n` in the value counts as a line break",
)
METRICS_TOKEN = Secret(
    "METRICS_TOKEN",
    "what a monitoring system shows as `Authorization: Bearer …` to read `/metrics`; without it "
    "staff alone may",
)
