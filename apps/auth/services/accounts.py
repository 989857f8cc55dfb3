"""Opening, changing and closing an account."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from apps.auth.exceptions import (
    AccountClosed,
    EmailTaken,
    SignupClosed,
    WeakPassword,
    WrongPassword,
)
from apps.auth.models import EmailWish, User
from apps.auth.services.tokens import revoke_tokens
from frameflow.bus import unit_of_work
from frameflow.contracts import UserDeleted


def register_user(
    *, email: str, password: str, name: str = "", language: str = "en", at: datetime
) -> User:
    """Open an account; `SignupClosed`, `WeakPassword` or `EmailTaken` where that cannot be.

    The password is hashed before the address is looked at, so that both answers take as long.
    """
    if settings.SIGNUP == "closed":
        raise SignupClosed
    _refuse_weak(password, User(email=email, name=name), "password")
    try:
        with unit_of_work("auth"):
            return User.objects.create_user(
                email, password, name=name, language=language, created_at=at
            )
    except IntegrityError:
        raise _email_taken() from None


def change_profile(
    *,
    user_id: UUID,
    name: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    wants_notices: bool | None = None,
    wants_warnings: bool | None = None,
) -> User:
    """Change what is given; `None` leaves a field alone."""
    given = {
        "name": name,
        "language": language,
        "time_zone": time_zone,
        "wants_notices": wants_notices,
        "wants_warnings": wants_warnings,
    }
    with unit_of_work("auth"):
        user = locked(user_id)
        for field, value in given.items():
            if value is not None:
                setattr(user, field, value)
        user.save(update_fields=list(given))
    return user


def change_password(*, user_id: UUID, current_password: str, new_password: str) -> None:
    """Set a new password and revoke every token; `WrongPassword` or `WeakPassword`."""
    with unit_of_work("auth"):
        user = locked(user_id)
        refuse_wrong(user, current_password, "current_password")
        set_password(user_id=user_id, new_password=new_password)


def set_password(*, user_id: UUID, new_password: str) -> User:
    """Set a password, with no question asked, and end every token, session and wish for another
    address; `WeakPassword`."""
    with unit_of_work("auth"):
        user = locked(user_id)
        check_password_rules(user=user, password=new_password)
        user.set_password(new_password)
        user.save(update_fields=["password"])
        revoke_tokens(user_id=user_id)
        EmailWish.objects.filter(user_id=user_id).delete()
    return user


def is_unchanged(*, user: User) -> bool:
    """Lock a person and return whether they are as they were when they were looked at: open, and
    with that password. For what a link or a log in from before a change must not bring about."""
    same = User.objects.filter(pk=user.pk, is_active=True, password=user.password)
    return same.select_for_update().first() is not None


def locked(user_id: UUID) -> User:
    """Lock a person: everything that ends tokens does so first, and so does a rotation. Raises
    `AccountClosed` where it was closed while the caller waited, as by a second click."""
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None:
        raise AccountClosed
    return user


def refuse_wrong(user: User, password: str, field: str) -> None:
    """Raise `WrongPassword`, beside the field that asked, where it is not theirs."""
    if not user.check_password(password):
        raise WrongPassword(errors=[{"path": field, "message": WrongPassword.__doc__}])


def check_password_rules(*, user: User, password: str) -> None:
    """Raise `WeakPassword` for a password that is too short, too common or too close."""
    _refuse_weak(password, user, "new_password")


def delete_user(*, user_id: UUID, password: str, at: datetime) -> None:
    """Close an account for good and say so; `WrongPassword` where it is not the owner who asks."""
    with unit_of_work("auth") as uow:
        user = locked(user_id)
        refuse_wrong(user, password, "password")
        user.close(at)
        user.save()
        user.groups.clear()
        user.user_permissions.clear()
        user.notice_wishes.all().delete()
        EmailWish.objects.filter(user_id=user_id).delete()
        revoke_tokens(user_id=user_id)
        uow.publish(UserDeleted(user_id=user_id, deleted_at=at))


def ensure_admin(*, email: str, password: str) -> bool:
    """Make a superuser where nobody has this address; return whether one was made.

    Who holds the address already keeps the rights they have: it may be a stranger who was first.
    """
    try:
        with unit_of_work("auth"):
            User.objects.create_superuser(email, password)
    except IntegrityError:
        return False
    return True


def _refuse_weak(password: str, user: User, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors = [{"path": field, "message": message} for message in error.messages]
        raise WeakPassword(errors[0]["message"], errors=errors) from None


def _email_taken() -> EmailTaken:
    return EmailTaken(errors=[{"path": "email", "message": EmailTaken.__doc__}])
