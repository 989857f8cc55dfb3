"""Every way in which the auth context can refuse."""

from typing import ClassVar

from frameflow.exceptions import Conflict, FrameFlowError, Invalid, NotFound


class AuthError(FrameFlowError):
    """The account cannot do this."""


class EmailTaken(Invalid):
    """An account with this email may already exist. Log in or reset your password."""

    code: ClassVar[str] = "email_taken"


class SameEmail(Invalid):
    """This is your email already."""

    code: ClassVar[str] = "same_email"


class WeakPassword(Invalid):
    """This password is too easy to guess."""

    code: ClassVar[str] = "weak_password"
    title: ClassVar[str] = "Choose another password."


class WrongPassword(Invalid):
    """The present password is not right."""

    code: ClassVar[str] = "wrong_password"
    title: ClassVar[str] = "The password is not right."
    action: ClassVar[str] = "Type your present password again."


class SignupClosed(AuthError):
    """New accounts are made by the people who run this service."""

    code: ClassVar[str] = "signup_closed"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "You cannot sign up here."
    action: ClassVar[str] = "Ask for an account."


class AccountClosed(AuthError):
    """This account was closed; it cannot start anything new."""

    code: ClassVar[str] = "account_closed"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "This account is closed."
    action: ClassVar[str] = "Sign up again."


class WrongCredentials(AuthError):
    """Email or password is not right."""

    code: ClassVar[str] = "wrong_credentials"
    status: ClassVar[int] = 401
    title: ClassVar[str] = "Email or password is not right."
    action: ClassVar[str] = "Check both and try again."


class TokenRefused(AuthError):
    """It is expired, revoked, used before, or not ours."""

    code: ClassVar[str] = "token_not_valid"
    status: ClassVar[int] = 401
    title: ClassVar[str] = "This token is not valid."
    action: ClassVar[str] = "Log in again."


class AlreadyInSupport(Conflict):
    """Already staff, or without an account."""


class NotInSupport(Conflict):
    """Not a member of Support."""


class ApiTokenNotFound(NotFound):
    """There is no such token, or it belongs to another account."""


class TooManyApiTokens(Conflict):
    """An account can have at most 50 API tokens."""

    action: ClassVar[str] = "Revoke one that you do not use."


class LinkRefused(Invalid):
    """It was used before, or it is older than 1 hour."""

    code: ClassVar[str] = "link_not_valid"
    title: ClassVar[str] = "This link does not work any more."
    action: ClassVar[str] = "Ask for another link."
