"""Writes of the auth context: accounts, tokens, notices."""

from apps.auth.services.accounts import (
    change_password,
    change_profile,
    check_password_rules,
    delete_user,
    ensure_admin,
    register_user,
)
from apps.auth.services.addresses import (
    confirm_email,
    forget_email_change,
    purge_email_wishes,
    request_email_change,
    send_email_links,
)
from apps.auth.services.api_tokens import make_api_token, note_use, revoke_api_token
from apps.auth.services.notices import (
    ask_notice,
    forget_notice,
    forget_wishes,
    note_failed,
    note_ready,
    note_warning,
    send_due_notices,
    void_notices,
)
from apps.auth.services.resets import (
    request_reset,
    reset_password,
    reset_password_by_link,
    send_reset_links,
)
from apps.auth.services.staff import give_support_access, take_support_access
from apps.auth.services.tokens import (
    TokenPair,
    issue_tokens,
    log_in,
    log_out,
    purge_expired,
    revoke_tokens,
    rotate_token,
    verify_token,
)

__all__ = [
    "TokenPair",
    "ask_notice",
    "change_password",
    "change_profile",
    "check_password_rules",
    "confirm_email",
    "delete_user",
    "ensure_admin",
    "forget_email_change",
    "forget_notice",
    "forget_wishes",
    "give_support_access",
    "issue_tokens",
    "log_in",
    "log_out",
    "make_api_token",
    "note_failed",
    "note_ready",
    "note_use",
    "note_warning",
    "purge_email_wishes",
    "purge_expired",
    "register_user",
    "request_email_change",
    "request_reset",
    "reset_password",
    "reset_password_by_link",
    "revoke_api_token",
    "revoke_tokens",
    "rotate_token",
    "send_due_notices",
    "send_email_links",
    "send_reset_links",
    "take_support_access",
    "verify_token",
    "void_notices",
]
