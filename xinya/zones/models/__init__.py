"""Rows of the zones slice, one file a subject."""

from .attachments import Attachment
from .calendar import CalendarDay, CalendarLoad, CalendarYear, DayKind, OfficeHours, YearStatus
from .desk_rules import Division, DivisionEdition, ZoneThreshold
from .freshness import Check, HalfLife, ReadCount
from .imports import CompanyIdent, CompanyName, FactAway, ImportBatch, ImportFinding, ImportRow, ImportTemplate, MatchDecision
from .indicators import IndicatorDef, IndicatorValue
from .invitations import Invitation, PhoneShown, SignUpCount
from .keys import ApiKey
from .memberships import Absence, Assignment, Claim, Duty, Membership, Organisation, RoleGrant
from .merges import CompanyMerge, TwoFirms
from .notices import Channel, Notice, NoticeChoice
from .people import Person
from .places import AMOUNTS, ClassChange, Company, Fact, FactReview, Secrecy, Source, Zone
from .promises import Promise, PromiseClock, PromiseEvent, PromiseExtension, PromisePause
from .qr import QrSignIn
from .sign_in import Draft, ExternalIdentity, FailedTry, RecoveryCodes, SessionRecord, SignInPause

__all__ = [
    "AMOUNTS",
    "Absence",
    "ApiKey",
    "Assignment",
    "Attachment",
    "CalendarDay",
    "CalendarLoad",
    "CalendarYear",
    "Channel",
    "Check",
    "Claim",
    "ClassChange",
    "Company",
    "CompanyIdent",
    "CompanyMerge",
    "CompanyName",
    "DayKind",
    "Division",
    "DivisionEdition",
    "Draft",
    "Duty",
    "ExternalIdentity",
    "Fact",
    "FactAway",
    "FactReview",
    "FailedTry",
    "HalfLife",
    "ImportBatch",
    "ImportFinding",
    "ImportRow",
    "ImportTemplate",
    "IndicatorDef",
    "IndicatorValue",
    "Invitation",
    "MatchDecision",
    "Membership",
    "Notice",
    "NoticeChoice",
    "OfficeHours",
    "Organisation",
    "Person",
    "PhoneShown",
    "Promise",
    "PromiseClock",
    "PromiseEvent",
    "PromiseExtension",
    "PromisePause",
    "QrSignIn",
    "ReadCount",
    "RecoveryCodes",
    "RoleGrant",
    "Secrecy",
    "SessionRecord",
    "SignInPause",
    "SignUpCount",
    "Source",
    "TwoFirms",
    "YearStatus",
    "Zone",
    "ZoneThreshold",
]
