"""Rows of the zones slice, one file a subject."""

from .attachments import Attachment
from .keys import ApiKey
from .memberships import Absence, Assignment, Claim, Duty, Membership, Organisation, RoleGrant
from .notices import Channel, Notice, NoticeChoice
from .people import Person
from .places import ClassChange, Company, Fact, FactReview, Secrecy, Source, Zone
from .qr import QrSignIn
from .sign_in import Draft, ExternalIdentity, FailedTry, RecoveryCodes, SessionRecord, SignInPause

__all__ = [
    "Absence",
    "ApiKey",
    "Assignment",
    "Attachment",
    "Channel",
    "Claim",
    "ClassChange",
    "Company",
    "Draft",
    "Duty",
    "ExternalIdentity",
    "Fact",
    "FactReview",
    "FailedTry",
    "Membership",
    "Notice",
    "NoticeChoice",
    "Organisation",
    "Person",
    "QrSignIn",
    "RecoveryCodes",
    "RoleGrant",
    "Secrecy",
    "SessionRecord",
    "SignInPause",
    "Source",
    "Zone",
]
