"""Rows of the zones slice, one file a subject."""

from .people import Person
from .places import Company, Fact, Source, Zone
from .qr import QrSignIn
from .sign_in import (
    Draft,
    ExternalIdentity,
    FailedTry,
    PasswordMark,
    RecoveryCodes,
    SessionRecord,
    SignInPause,
)

__all__ = [
    "Company",
    "Draft",
    "ExternalIdentity",
    "Fact",
    "FailedTry",
    "PasswordMark",
    "Person",
    "QrSignIn",
    "RecoveryCodes",
    "SessionRecord",
    "SignInPause",
    "Source",
    "Zone",
]
