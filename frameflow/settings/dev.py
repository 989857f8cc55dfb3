"""One machine: servers and secrets from the data folder, plain HTTP. What `make run` uses."""

from frameflow.embedded import local_secrets
from frameflow.settings.base import *  # noqa: F403
from frameflow.settings.base import DATA_DIR, JWT_SIGNING_KEY, SECRET_KEY
from frameflow.settings.jwt import jwt_settings

_secrets = local_secrets(DATA_DIR)
SECRET_KEY = SECRET_KEY or _secrets["SECRET_KEY"]
JWT_SIGNING_KEY = JWT_SIGNING_KEY or _secrets["JWT_SIGNING_KEY"]
SIMPLE_JWT = jwt_settings(JWT_SIGNING_KEY)
