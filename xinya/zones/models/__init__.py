"""Rows of the zones slice, one file a subject."""

from .calendar import CalendarDay, CalendarLoad, CalendarYear, DayKind, OfficeHours, YearStatus
from .keys import ApiKey
from .memberships import Absence, Assignment, Claim, Duty, Membership, Organisation, RoleGrant
from .people import Person
from .places import ClassChange, Company, Fact, FactReview, Secrecy, Source, Zone
from .promises import Promise, PromiseClock, PromiseEvent, PromiseExtension, PromisePause

__all__ = [
    "Absence",
    "ApiKey",
    "Assignment",
    "CalendarDay",
    "CalendarLoad",
    "CalendarYear",
    "Claim",
    "ClassChange",
    "Company",
    "DayKind",
    "Duty",
    "Fact",
    "FactReview",
    "Membership",
    "OfficeHours",
    "Organisation",
    "Person",
    "Promise",
    "PromiseClock",
    "PromiseEvent",
    "PromiseExtension",
    "PromisePause",
    "RoleGrant",
    "Secrecy",
    "Source",
    "YearStatus",
    "Zone",
]
