"""Rows of the zones slice, one file a subject."""

from .attachments import Attachment
from .invitations import Invitation, PhoneShown, SignUpCount
from .keys import ApiKey
from .memberships import Absence, Assignment, Claim, Duty, Membership, Organisation, RoleGrant
from .notices import Channel, Notice, NoticeChoice
from .people import Person
from .places import ClassChange, Company, Fact, FactReview, Secrecy, Source, Zone

__all__ = [
    "Absence",
    "ApiKey",
    "Assignment",
    "Attachment",
    "Channel",
    "Claim",
    "ClassChange",
    "Company",
    "Duty",
    "Fact",
    "FactReview",
    "Invitation",
    "Membership",
    "Notice",
    "NoticeChoice",
    "Organisation",
    "Person",
    "PhoneShown",
    "RoleGrant",
    "Secrecy",
    "SignUpCount",
    "Source",
    "Zone",
]
