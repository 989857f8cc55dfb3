"""Who helps: people become members of Support, and stop being it. A superuser asks for it."""

from uuid import UUID

from django.contrib.auth.models import Group

from apps.auth.exceptions import AlreadyInSupport, NotInSupport
from apps.auth.models import User
from frameflow.bus import unit_of_work
from frameflow.site.groups import SUPPORT

ALIAS = "auth"


def give_support_access(*, user_id: UUID) -> None:
    """Let a person look at everything in the admin and grant wishes there.

    Raises `AlreadyInSupport`, for a superuser too; nobody who was deleted can come back so.
    """
    with unit_of_work(ALIAS):
        user = User.objects.select_for_update().get(pk=user_id)
        if user.is_staff or not user.is_active:
            raise AlreadyInSupport
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        user.groups.add(Group.objects.get(name=SUPPORT))


def take_support_access(*, user_id: UUID) -> None:
    """Close the admin to a person, from the next request on. Raises `NotInSupport`."""
    with unit_of_work(ALIAS):
        user = User.objects.select_for_update().get(pk=user_id)
        if user.is_superuser or not user.is_staff:
            raise NotInSupport
        user.is_staff = False
        user.save(update_fields=["is_staff"])
        user.groups.remove(*user.groups.filter(name=SUPPORT))
