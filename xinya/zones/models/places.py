"""Who is here: zones, companies, sources, and every fact with its source, day and confidence."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Zone(models.Model):
    """A high-tech zone (高新区). as_of: the day its data stand for; empty means today. revision grows with every write."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=30)
    name_en = models.CharField(max_length=60)
    as_of = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "zones_zone"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """Who says so. `invented` marks what was made up for the demonstration."""

    class Kind(models.TextChoices):
        NEWS = "news", _("news")
        COMPANY_LIST = "list", _("company list")
        OFFICER = "officer", _("zone officer")
        INFERRED = "inferred", _("inferred")
        INVENTED = "invented", _("invented for the demonstration")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=300, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "zones_source"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_invented(self) -> bool:
        return self.kind == self.Kind.INVENTED


class Company(models.Model):
    """A company of a zone's list; `is_outside` marks a known maker elsewhere, kept only as a candidate."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="companies")
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    is_outside = models.BooleanField(default=False)
    is_invented = models.BooleanField(default=False)

    class Meta:
        db_table = "zones_company"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "is_outside", "name_key"], name="zones_company_name"),
            models.UniqueConstraint(fields=["zone", "is_outside", "uscc"], condition=~Q(uscc=""), name="zones_company_uscc"),
        ]

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """One thing said of a company or a zone, by one source, on one day. Corrections are new rows; nothing is overwritten.

    number: fen for revenue, 1 or 0 for yes and no, else in `unit`. note: what a reader must know beside it, such as that
    a stated figure cannot be recomputed. A state's text is one of State, its period the day from which it holds.
    """

    class Kind(models.TextChoices):
        PRODUCT = "product", _("product")
        REVENUE = "revenue", _("revenue")
        ABOVE_SCALE = "above_scale", _("above scale")
        ANCHOR = "anchor", _("anchor company")
        GROUP = "group", _("group")
        STATE = "state", _("state")
        STATEMENT = "statement", _("statement")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        BUILDING = "building", _("being built")
        PRODUCING = "producing", _("in production")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="facts")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="facts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    period = models.CharField(max_length=21, blank=True)
    text = models.CharField(max_length=300, blank=True)
    text_en = models.CharField(max_length=300, blank=True)
    number = models.BigIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    note_en = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="facts")
    observed_on = models.DateField()
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    known_from = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_fact"
        ordering = ["id"]
        indexes = [models.Index(fields=["zone", "kind"], name="zones_fact_zone_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="zones_fact_confidence"),
            models.CheckConstraint(condition=~Q(kind="revenue") | Q(number__gte=0) | Q(number=None), name="zones_fact_revenue"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text or self.number}"
