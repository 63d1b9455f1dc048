"""The calendar of working days: years with their status, exceptions to Monday–Friday, office hours, loads that wait."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .places import Zone


class YearStatus(models.TextChoices):
    """Whether the State Council's notice for the year is known."""

    OFFICIAL = "official", _("official")
    FORECAST = "forecast", _("forecast")


class DayKind(models.TextChoices):
    WORK = "WORK", _("working day")
    OFF = "OFF", _("day off")


class CalendarYear(models.Model):
    """A year that can be counted on. A year without a row is refused, never guessed."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    status = models.CharField(max_length=8, choices=YearStatus.choices)
    source = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "zones_calendar_year"
        ordering = ["year"]
        constraints = [models.CheckConstraint(condition=Q(status__in=YearStatus.values), name="zones_calendar_year_status")]

    def __str__(self) -> str:
        return f"{self.year} {self.status}"


class CalendarDay(models.Model):
    """An exception: a weekday off, or a Saturday or Sunday on which offices work."""

    date = models.DateField(primary_key=True)
    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    kind = models.CharField(max_length=4, choices=DayKind.choices)
    status = models.CharField(max_length=8, choices=YearStatus.choices)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "zones_calendar_day"
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="zones_calendar_day_kind"),
            models.CheckConstraint(condition=Q(status__in=YearStatus.values), name="zones_calendar_day_status"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class OfficeHours(models.Model):
    """Sessions of a kind of day, as 09:00-12:00, 13:30-17:30. zone empty: for every zone without its own. Dates: a season."""

    class Kind(models.TextChoices):
        WORKDAY = "WORKDAY", _("every working day")
        MAKE_UP = "MAKEUP", _("Saturday or Sunday on which offices work")
        MON = "MON", _("Monday")
        TUE = "TUE", _("Tuesday")
        WED = "WED", _("Wednesday")
        THU = "THU", _("Thursday")
        FRI = "FRI", _("Friday")
        SAT = "SAT", _("Saturday")
        SUN = "SUN", _("Sunday")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, null=True, blank=True, related_name="office_hours")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.WORKDAY)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    sessions = models.CharField(max_length=100)

    class Meta:
        db_table = "zones_office_hours"
        ordering = ["id"]
        verbose_name = _("office hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_on=None) | Q(last_on=None) | Q(last_on__gte=F("first_on")), name="zones_office_hours_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sessions}"


class CalendarLoad(models.Model):
    """A notice that one person brought and a second one confirms. rows: the exceptions as CSV, date and kind."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("waits for a second person")
        CONFIRMED = "CONFIRMED", _("in force")
        REFUSED = "REFUSED", _("refused")

    year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=8, choices=YearStatus.choices)
    source = models.CharField(max_length=200)
    rows = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    moved = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "zones_calendar_load"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["year"], condition=Q(state="WAITING"), name="zones_calendar_load_waiting"),
            models.CheckConstraint(
                condition=~Q(state="CONFIRMED") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("brought_by"))),
                name="zones_calendar_load_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.state}"
