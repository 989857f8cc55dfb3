"""The person, and the mails that were asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.utils import get_md5_hash_password


class UserManager(BaseUserManager["User"]):
    """Finds and makes people by e-mail address, whatever its upper and lower case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.alias(key=Lower("email")).get(key=Lower(models.Value(username or "")))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a person with a hashed password; `IntegrityError` where the address is taken."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a person who may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Other contexts know the id alone."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True, default="")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(max_length=64, default="UTC", db_default="UTC")
    wants_notices = models.BooleanField(default=False)
    #: Told before files are deleted, unless they say no: what is gone cannot be asked for.
    wants_warnings = models.BooleanField(default=True, db_default=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "account"
        verbose_name = _("user")
        constraints = (models.UniqueConstraint(Lower("email"), name="account_email_once"),)
        indexes = (models.Index(fields=("-created_at", "-id"), name="account_by_age"),)

    def __str__(self) -> str:
        return str(self.pk)

    def password_fingerprint(self) -> str:
        """Return what tokens carry, so that a new password ends them all."""
        return str(get_md5_hash_password(self.password))

    def holds(self, claims: Mapping[str, Any]) -> bool:
        """Return whether a token with these claims still speaks for this person."""
        claim = claims.get(api_settings.REVOKE_TOKEN_CLAIM)
        return self.is_active and claim == self.password_fingerprint()

    def close(self, at: datetime) -> None:
        """Forget who it was; the row stays, because other contexts know its id."""
        self.email = f"{self.pk}@deleted.invalid"
        self.name = ""
        self.wants_notices = self.wants_warnings = False
        self.is_staff = self.is_superuser = self.is_active = False
        self.deleted_at = at
        self.set_unusable_password()


class NoticeKind(models.TextChoices):
    """What a mail tells."""

    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRY = "expiry", _("Expires soon")


class Notice(models.Model):
    """One mail about one run; void where it must never be sent. Ids only, so that it may stay."""

    extraction_id = models.UUIDField()
    run = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=NoticeKind)
    video_id = models.UUIDField()
    owner_id = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    is_void = models.BooleanField(default=False)

    class Meta:
        db_table = "notice"
        verbose_name = _("notice")
        constraints = (models.UniqueConstraint("extraction_id", "run", "kind", name="notice_once"),)
        indexes = (
            models.Index(
                "due_at",
                name="notice_due",
                condition=models.Q(sent_at__isnull=True, is_void=False),
            ),
            models.Index(fields=("-due_at", "-id"), name="notice_by_age"),
            models.Index(fields=("video_id",), name="notice_of_video"),
            models.Index(fields=("owner_id",), name="notice_of_owner"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.extraction_id}"


class NoticeWish(models.Model):
    """A person's wish to be told of one extraction. Auth cannot know whose it is, and need not: a
    notice goes to the owner whom the message names, where that is who wished."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_wishes")
    extraction_id = models.UUIDField()
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "notice_wish"
        verbose_name = _("wish for a mail")
        constraints = (models.UniqueConstraint("user", "extraction_id", name="notice_wish_once"),)

    def __str__(self) -> str:
        return str(self.extraction_id)


class ResetWish(models.Model):
    """Somebody forgot a password; without a person where nobody has that address. Gone when the
    link was sent."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    site = models.CharField(max_length=255)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "reset_wish"
        verbose_name = _("wish for a new password")

    def __str__(self) -> str:
        return str(self.pk)


class EmailWish(models.Model):
    """A person's wish to be known by another address: theirs once the link that went there was
    opened. Only a digest of the link's secret is kept; empty until the link was sent."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="email_wish")
    email = models.EmailField()
    site = models.CharField(max_length=255)
    asked_at = models.DateTimeField()
    digest = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        db_table = "email_wish"
        verbose_name = _("wish for another email")

    def __str__(self) -> str:
        return str(self.pk)


class ApiToken(models.Model):
    """What a program shows instead of a password. Only a digest is kept, so that nobody who reads
    the table can use it; sha256 is enough for 32 random bytes, which nobody can guess."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    can_write = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        indexes = (models.Index(fields=("-created_at", "-id"), name="api_token_by_age"),)

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def scopes(self) -> list[str]:
        """Return what it may do: read, or read and write."""
        return ["read", "write"] if self.can_write else ["read"]
