"""Who is here: zones, companies, sources, and every fact with its source, day and confidence."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinya.kit.text import plain


class Zone(models.Model):
    """A high-tech zone (高新区). as_of: the day its data stand for; empty means today. revision grows with every write.

    half_lives: the days that it has set instead of the product's, by the kind of fact; HalfLife rows say who did, when and why.
    """

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=30)
    name_en = models.CharField(max_length=60)
    as_of = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    half_lives = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "zones_zone"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Secrecy(models.TextChoices):
    """Who may see a row: everybody signed in, the zone's staff by role, the company with its handlers, or named persons."""

    PUBLIC = "PUBLIC", _("public")
    INTERNAL = "INTERNAL", _("internal")
    COMPANY = "COMPANY", _("company and its handlers")
    RESTRICTED = "RESTRICTED", _("named persons")


class Source(models.Model):
    """Who says so. `invented` marks what was made up for the demonstration."""

    class Kind(models.TextChoices):
        AUDIT = "audit", _("audited report")
        REGISTER = "register", _("public register")
        STATISTICS = "statistics", _("statistics office")
        TAX = "tax", _("tax office")
        COMPANY = "company", _("the company itself")
        VENDOR = "vendor", _("data vendor")
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


KEY_LENGTH = 150


def key_of_name(name: str) -> str:
    """The key by which a company's name is kept: as it is compared, cut to its column, for a key may be longer than its name."""
    return plain(name)[:KEY_LENGTH]


class CompaniesInForce(models.Manager["Company"]):
    """All companies but those that were merged into another one: what any page, count, list or engine starts from."""

    def get_queryset(self) -> models.QuerySet["Company"]:
        return super().get_queryset().filter(merged_into=None)


class Company(models.Model):
    """A company of a zone's list; `is_outside` marks a known maker elsewhere, kept only as a candidate.

    merged_into: the company that it was found to be the same as; then it is a signpost alone, and only `everyone` has it.
    """

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="companies")
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=KEY_LENGTH)
    name_en = models.CharField(max_length=200, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    is_outside = models.BooleanField(default=False)
    is_invented = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="merged_from")

    objects = CompaniesInForce()
    everyone = models.Manager["Company"]()

    class Meta:
        db_table = "zones_company"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "is_outside", "name_key"], condition=Q(merged_into=None), name="zones_company_name"
            ),
            models.UniqueConstraint(
                fields=["zone", "is_outside", "uscc"], condition=~Q(uscc="") & Q(merged_into=None), name="zones_company_uscc"
            ),
            models.CheckConstraint(condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")), name="zones_company_not_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """One thing said of a company or a zone, by one source, on one day. Corrections are new rows; nothing is overwritten.

    number: fen for amounts (AMOUNTS), 1 or 0 for yes and no, else in `unit`. note: what a reader must know beside it, such as
    that a stated figure cannot be recomputed. A state's text is one of State, its period the day from which it holds.
    lower, upper, bound: what a figure that is not exact leaves open; a range has no number. precision: worth of the last digit
    that was stated, or year, month, day. batch, import_row, cell: where in which list it stood. taken_by: the list that
    withdrew it; for how long a list had withdrawn it that was undone since: FactAway. settles: a person chose this value among
    several that contradict each other. A product's share of revenue is in hundredths of a percent, with it in text.
    """

    class Kind(models.TextChoices):
        PRODUCT = "product", _("product")
        REVENUE = "revenue", _("revenue")
        ABOVE_SCALE = "above_scale", _("above scale")
        ANCHOR = "anchor", _("anchor company")
        GROUP = "group", _("group")
        STATE = "state", _("state")
        STATEMENT = "statement", _("statement")
        REGISTERED_ADDRESS = "registered_address", _("registered address")
        ACTUAL_ADDRESS = "actual_address", _("actual address")
        FOUNDED = "founded", _("founded")
        REGISTERED_CAPITAL = "registered_capital", _("registered capital")
        INDUSTRY_CODE = "industry_code", _("industry code")
        INDUSTRY_NAME = "industry_name", _("industry")
        CHAIN = "chain", _("chain as stated")
        STATUS = "status", _("status as registered")
        OUTPUT = "output", _("output")
        RD = "rd", _("R&D expenditure")
        TAX = "tax", _("tax paid")
        PROFIT = "profit", _("profit")
        EXPORTS = "exports", _("exports")
        STAFF = "staff", _("staff")
        SEGMENT = "segment", _("segment as stated")
        CONTACT = "contact", _("contact")
        PHONE = "phone", _("telephone")
        SHARE = "share", _("share of revenue")
        REGION = "region", _("region")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        BUILDING = "building", _("being built")
        PRODUCING = "producing", _("in production")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="facts")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="facts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    period = models.CharField(max_length=21, blank=True)
    text = models.CharField(max_length=2000, blank=True)
    text_en = models.CharField(max_length=300, blank=True)
    number = models.BigIntegerField(null=True, blank=True)
    lower = models.BigIntegerField(null=True, blank=True)
    upper = models.BigIntegerField(null=True, blank=True)
    bound = models.CharField(max_length=10, blank=True)
    precision = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    settles = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    note_en = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="facts")
    observed_on = models.DateField()
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    known_from = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    secrecy = models.CharField(max_length=10, choices=Secrecy.choices, default=Secrecy.INTERNAL)
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by")
    batch = models.ForeignKey("ImportBatch", on_delete=models.SET_NULL, null=True, blank=True, related_name="facts")
    import_row = models.PositiveIntegerField(null=True, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    taken_by = models.ForeignKey("ImportBatch", on_delete=models.SET_NULL, null=True, blank=True, related_name="facts_taken")
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", db_table="zones_fact_reader")

    class Meta:
        db_table = "zones_fact"
        ordering = ["id"]
        indexes = [models.Index(fields=["zone", "kind"], name="zones_fact_zone_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="zones_fact_confidence"),
            models.CheckConstraint(
                condition=Q(secrecy__in=["PUBLIC", "INTERNAL", "COMPANY", "RESTRICTED"]), name="zones_fact_secrecy"
            ),
            models.CheckConstraint(condition=~Q(kind="revenue") | Q(number__gte=0) | Q(number=None), name="zones_fact_revenue"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text or self.number}"

    @property
    def width(self) -> int:
        """Width of what the figure may mean, in the unit of its number; 0 for an exact one."""
        return int(self.precision) if self.precision.isdecimal() else 0


AMOUNTS = (
    Fact.Kind.REVENUE, Fact.Kind.OUTPUT, Fact.Kind.RD, Fact.Kind.TAX, Fact.Kind.PROFIT, Fact.Kind.EXPORTS,
    Fact.Kind.REGISTERED_CAPITAL,
)  # fmt: skip
"""Kinds of facts whose number is in fen."""


class FactReview(models.Model):
    """What a company says of a fact held of it: right, or wrong because. The last one holds; an answer ends an objection."""

    class Kind(models.TextChoices):
        CONFIRMED = "CONFIRMED", _("confirmed by the company")
        OBJECTED = "OBJECTED", _("objected to by the company")

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_fact_review"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="CONFIRMED") | ~Q(reason=""), name="zones_fact_review_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id} {self.kind}"


class ClassChange(models.Model):
    """A lowering of a fact's secrecy class that waits for a second person. Raising takes effect at once and needs no row."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="class_changes")
    to = models.CharField(max_length=10, choices=Secrecy.choices)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_class_change"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["fact"], condition=Q(ended_at=None), name="zones_class_change_once"),
            models.CheckConstraint(condition=Q(agreed_by=None) | ~Q(agreed_by=models.F("asked_by")), name="zones_class_change_two"),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id} {self.to}"
