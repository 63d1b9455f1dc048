"""What companies say of what they buy: their purchased inputs, and links to suppliers and buyers that both sides confirm."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinya.zones.models import Company, Source, Zone


class InputStatement(models.Model):
    """One of the at most twenty purchased inputs that a company states for a period. A new list replaces the earlier one.

    segment: code of a pack, "" where only the text is known. local_low, local_high: the share bought from makers in the zone,
    0 to 1; amount_low, amount_high: purchases of the period in fen; stock_days: for how many days the company can go on without
    deliveries. Null is unknown, never zero.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="input_statements")
    period = models.CharField(max_length=9)
    rank = models.PositiveSmallIntegerField()
    segment = models.CharField(max_length=30, blank=True)
    text = models.CharField(max_length=200)
    local_low = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    local_high = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    amount_low = models.BigIntegerField(null=True, blank=True)
    amount_high = models.BigIntegerField(null=True, blank=True)
    stock_days = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    observed_on = models.DateField()
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "chain_input_statement"
        ordering = ["company", "period", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "rank"], condition=Q(replaced_at=None), name="chain_input_statement_once"
            ),
            models.CheckConstraint(condition=Q(rank__gte=1) & Q(rank__lte=20), name="chain_input_statement_rank"),
            models.CheckConstraint(
                condition=Q(local_low=None, local_high=None)
                | Q(local_low__gte=0, local_high__lte=1, local_low__lte=F("local_high")),
                name="chain_input_statement_local",
            ),
            models.CheckConstraint(
                condition=Q(amount_low=None, amount_high=None) | Q(amount_low__gte=0, amount_low__lte=F("amount_high")),
                name="chain_input_statement_sum",
            ),
            models.CheckConstraint(
                condition=Q(stock_days=None) | Q(stock_days__gte=0, stock_days__lte=3650), name="chain_input_statement_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.period} {self.rank}"


class SupplyLink(models.Model):
    """A supplies B: stated by one of them or by an officer, confirmed or denied by the other side.

    Each side stands under the name that was stated; its company is filled in where the zone's list has it. amount: fen of the
    period, exact for the two sides, for others only as a class.
    """

    class State(models.TextChoices):
        STATED = "STATED", _("stated by one side")
        CONFIRMED = "CONFIRMED", _("confirmed by the other side")
        DENIED = "DENIED", _("denied by the other side")
        WITHDRAWN = "WITHDRAWN", _("withdrawn")

    class Side(models.TextChoices):
        SUPPLIER = "supplier", _("the supplier")
        BUYER = "buyer", _("the buyer")
        OFFICER = "officer", _("a chain officer")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="supply_links")
    supplier = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="links_as_supplier")
    buyer = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="links_as_buyer")
    supplier_name = models.CharField(max_length=120)
    buyer_name = models.CharField(max_length=120)
    segment = models.CharField(max_length=30, blank=True)
    text = models.CharField(max_length=200)
    period = models.CharField(max_length=9)
    amount_low = models.BigIntegerField(null=True, blank=True)
    amount_high = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices)
    side = models.CharField(max_length=8, choices=Side.choices)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    observed_on = models.DateField()
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "chain_supply_link"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "supplier_name", "buyer_name", "text", "period"],
                condition=Q(state__in=["STATED", "CONFIRMED", "DENIED"]),
                name="chain_supply_link_once",
            ),
            models.CheckConstraint(condition=Q(supplier__isnull=False) | Q(buyer__isnull=False), name="chain_supply_link_side"),
            models.CheckConstraint(
                condition=Q(supplier=None) | Q(buyer=None) | ~Q(supplier=F("buyer")), name="chain_supply_link_own"
            ),
            models.CheckConstraint(
                condition=Q(amount_low=None, amount_high=None) | Q(amount_low__gte=0, amount_low__lte=F("amount_high")),
                name="chain_supply_link_sum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_name} → {self.buyer_name} {self.state}"
