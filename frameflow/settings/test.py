"""Unit and integration tests: the memory bus and store; real Postgres and Redis by URL."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from frameflow.settings.base import *  # noqa: F403
from frameflow.settings.base import DATABASES
from frameflow.settings.jwt import jwt_settings

SECRET_KEY = "only-for-tests-" + "0123456789abcdef" * 4
JWT_SIGNING_KEY = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
SIMPLE_JWT = jwt_settings(JWT_SIGNING_KEY)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
UPLOAD_PATIENCE_S = 0
EVENT_BUS = {"default": {"BACKEND": "frameflow.bus.backends.memory.MemoryBackend"}}
OBJECT_STORE = {"BACKEND": "frameflow.storage.memory.MemoryStore"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
for _database in filter(None, DATABASES.values()):  # a test is one transaction, however long
    _database["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=0"
