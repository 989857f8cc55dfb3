"""The group "Support", kept right by every `migrate`: whatever can be viewed, and every wish.

Wishes that are a superuser's alone ask for a permission to change, which the group never gets.
"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import router
from django.db.models import Q
from django.db.models.signals import post_migrate
from django.dispatch import receiver

SUPPORT = "Support"


@receiver(post_migrate, dispatch_uid="frameflow.site.groups")
def let_support_work(sender: AppConfig, using: str, **more: Any) -> None:
    """Give the group what an app has: all `view_…`, and the permissions that its models name."""
    if not router.allow_migrate_model(using, Permission):
        return
    create_permissions(sender, verbosity=0, using=using)  # Django's turn is later
    named = [name for model in sender.get_models() for name, _label in model._meta.permissions]
    wanted = Q(codename__startswith="view_") | Q(codename__in=named)
    group, _made = Group.objects.using(using).get_or_create(name=SUPPORT)
    group.permissions.add(*Permission.objects.filter(wanted, content_type__app_label=sender.label))
