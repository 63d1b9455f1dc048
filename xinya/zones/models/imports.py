"""Lists brought in bulk: each batch with its rows, findings and decisions, which stay after commit and after undo."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .attachments import Attachment
from .memberships import Organisation
from .places import Company, Fact, Source, Zone


class ImportTemplate(models.Model):
    """How an office last read a list with these labels, and who says so: columns as [place, field, period, unit, clears].

    Never the day: the next list stands for another one.
    """

    office = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="import_templates")
    labels_hash = models.CharField(max_length=64)
    labels = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    source_kind = models.CharField(max_length=12, choices=Source.Kind.choices, default=Source.Kind.COMPANY_LIST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "zones_import_template"
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["office", "labels_hash"], name="zones_import_template_once")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.labels_hash[:8]}"


class ImportBatch(models.Model):
    """One file on its way into the register of a zone. company: set when the company itself brought it; then it is of that alone.

    outcome, reason_code: what reading came to. busy: what the queue does with it now. revision: of the zone, when the preview was
    made. key: file, columns and decisions of the preview in one digest. parts: what was committed, one entry a commit.
    touched_at: when somebody, or the queue for somebody, last went on with it.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        READ = "read", _("read")
        MAPPED = "mapped", _("columns said")
        PREVIEWED = "previewed", _("checked")
        COMMITTED = "committed", _("committed")
        UNDONE = "undone", _("undone")
        REFUSED = "refused", _("refused")
        ABANDONED = "abandoned", _("abandoned")

    class Kind(models.TextChoices):
        COMPANIES = "companies", _("companies")
        INDICATORS = "indicators", _("indicators")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="import_batches")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="import_batches")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.COMPANIES)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    file = models.ForeignKey(Attachment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    office = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="import_batches")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)
    reason = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason_code = models.CharField(max_length=30, blank=True)
    encoding = models.CharField(max_length=10, blank=True)
    delimiter = models.CharField(max_length=4, blank=True)
    sheet = models.CharField(max_length=200, blank=True)
    source_kind = models.CharField(max_length=12, choices=Source.Kind.choices, default=Source.Kind.COMPANY_LIST)
    as_of = models.DateField(null=True, blank=True)
    labels = models.JSONField(default=list)
    labels_hash = models.CharField(max_length=64, blank=True)
    samples = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    template = models.ForeignKey(ImportTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answers = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64, blank=True)
    parts = models.JSONField(default=list)
    busy = models.CharField(max_length=10, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    trouble = models.JSONField(default=dict)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_import_batch"
        ordering = ["-id"]
        indexes = [models.Index(fields=["zone", "sha256"], name="zones_import_batch_file")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["uploaded", "read", "mapped", "previewed", "committed", "undone", "refused", "abandoned"]),
                name="zones_import_batch_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name} {self.state}"

    @property
    def has_ended(self) -> bool:
        """Nothing can be decided of it any more, but undo of what is committed."""
        return self.state in (self.State.UNDONE, self.State.REFUSED, self.State.ABANDONED)


class ImportRow(models.Model):
    """One company as the file tells it, and what the commit does with it. changes: [key, old, new]; part: the commit it was in.

    values and new: plain values, or objects where there is more to say. before: what the commit took the place of.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    rows = models.JSONField(default=list)
    name = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=30, blank=True)
    outcome = models.CharField(max_length=10)
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="import_rows")
    matched_by = models.CharField(max_length=10, blank=True)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    is_moved = models.BooleanField(default=False)
    part = models.PositiveSmallIntegerField(null=True, blank=True)
    is_new = models.BooleanField(default=False)
    before = models.JSONField(default=dict)

    class Meta:
        db_table = "zones_import_row"
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="zones_import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "row"], name="zones_import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.row}"


class ImportFinding(models.Model):
    """One thing said of a file, a row or a cell. message: the English sentence with its placeholders, filled from `told`."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="findings")
    place = models.PositiveIntegerField()
    row = models.PositiveIntegerField(null=True, blank=True)
    rows = models.JSONField(default=list)
    code = models.CharField(max_length=20)
    level = models.CharField(max_length=6)
    sheet = models.CharField(max_length=200, blank=True)
    column = models.PositiveIntegerField(null=True, blank=True)
    label = models.CharField(max_length=300, blank=True)
    field = models.CharField(max_length=40, blank=True)
    raw = models.CharField(max_length=300, blank=True)
    message = models.TextField()
    told = models.JSONField(default=dict)
    proposal = models.JSONField(default=list)

    class Meta:
        db_table = "zones_import_finding"
        ordering = ["place"]
        indexes = [models.Index(fields=["batch", "code", "place"], name="zones_import_finding_code")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.code} {self.row}"


class MatchDecision(models.Model):
    """Whether a row of a list is a company of the register. identity: the row's code, else the key of its name.

    company: none where an undo took it away; candidate is what it was called. known: names and numbers that the company had when a
    person said that they are two, in one digest; a new one lets the pair be asked about again.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waits for a person")
        AUTOMATIC = "automatic", _("decided by rule")
        CONFIRMED = "confirmed", _("the same, a person said")
        REJECTED = "rejected", _("two companies, a person said")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="decisions")
    row = models.PositiveIntegerField()
    identity = models.CharField(max_length=150)
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="match_decisions")
    candidate = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices)
    matched_by = models.CharField(max_length=10, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    known = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_match_decision"
        ordering = ["row", "id"]
        constraints = [models.UniqueConstraint(fields=["batch", "row", "company"], name="zones_match_decision_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.row} {self.company_id} {self.state}"


class CompanyName(models.Model):
    """A name beside the registered one. Former names are search keys for ever. was_held: it was the registered name until then."""

    class Kind(models.TextChoices):
        FORMER = "former", _("former name")
        SHORT = "short", _("short name")
        ENGLISH = "english", _("English name")
        ALIAS = "alias", _("other name")

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=150)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    was_held = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="names")
    known_from = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_other_name"
        ordering = ["id"]
        indexes = [models.Index(fields=["name_key"], name="zones_company_name_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "name_key"], condition=Q(withdrawn_at=None), name="zones_company_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CompanyIdent(models.Model):
    """An identifier beside the credit code: an organisation code or a registration number from before 2015."""

    class Scheme(models.TextChoices):
        ORG9 = "org9", _("organisation code")
        REG15 = "reg15", _("registration number")
        TAX = "tax", _("tax number")
        LEI = "lei", _("LEI")
        LOCAL = "local", _("own number")

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="idents")
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="+")
    scheme = models.CharField(max_length=6, choices=Scheme.choices)
    value = models.CharField(max_length=30)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="idents")
    known_from = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_company_ident"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "scheme", "value"], condition=Q(withdrawn_at=None, valid_to=None), name="zones_company_ident_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class FactAway(models.Model):
    """A fact that a list had withdrawn, and that the undo of that list brought back: it did not hold from `since` to `until`."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="times_away")
    batch = models.ForeignKey(ImportBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "zones_fact_away"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.fact_id} {self.since:%Y-%m-%d} {self.until:%Y-%m-%d}"
