"""What an officer fills in to set a threshold, bring thresholds or divisions from a file, add and end an area."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..actions.desk_rules import SOURCES
from ..engine.thresholds import FIRST_YEAR, LAST_YEAR
from ..models import Division, DivisionEdition, Source

TEXT = {"class": "in", "autocomplete": "off"}
ACCEPTED = ".csv,.xlsx,.txt,.tsv"


def _day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"class": "in", "type": "date"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class GroundsForm(forms.Form):
    """Who says so, in which document, and why it is entered."""

    source_kind = forms.ChoiceField(
        label=_("Who says so"), choices=[(one.value, one.label) for one in SOURCES], widget=forms.Select(attrs={"class": "in"}),
        initial=Source.Kind.STATISTICS,
    )  # fmt: skip
    source = forms.CharField(
        label=_("Document"), min_length=2, max_length=200, help_text=_("Its title and number, as a reader would look it up."),
        widget=forms.TextInput(attrs=TEXT),
    )  # fmt: skip
    issued_on = _day(_("Issued on"))
    reason = forms.CharField(label=_("Why"), min_length=2, max_length=300, widget=forms.TextInput(attrs=TEXT))


class ThresholdForm(GroundsForm):
    """One row of above scale."""

    code = forms.CharField(
        label=_("Industry code"), min_length=2, max_length=5,
        help_text=_("Two to four digits of GB/T 4754, such as 38 or 3812. The longest code that fits decides."),
        widget=forms.TextInput(attrs=TEXT),
    )  # fmt: skip
    amount = forms.CharField(
        label=_("Least revenue of a year (10,000 yuan)"), max_length=20,
        help_text=_("A figure such as 2000, or “按资质” where membership goes by qualification."),
        widget=forms.TextInput(attrs=TEXT),
    )  # fmt: skip
    inclusive = forms.BooleanField(label=_("The amount itself counts"), required=False, initial=True)
    first_year = forms.IntegerField(
        label=_("First year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.NumberInput(attrs={"class": "in"})
    )  # fmt: skip
    last_year = forms.IntegerField(
        label=_("Last year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text=_("Empty while it holds on."),
        widget=forms.NumberInput(attrs={"class": "in"}),
    )  # fmt: skip
    field_order = ("code", "amount", "inclusive", "first_year", "last_year")


class ThresholdFileForm(GroundsForm):
    """Rows from a file; what it says of sources counts before what is said here."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV or xlsx with the columns of the CSV offered on this page."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": ACCEPTED}),
    )  # fmt: skip
    field_order = ("file",)


class EditionForm(GroundsForm):
    """An edition of divisions, or the zone's areas as one list."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or xlsx with the columns code and name (“代码”, “名称”), and parent and days where known."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": ACCEPTED}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What it lists"), choices=DivisionEdition.Kind.choices, widget=forms.Select(attrs={"class": "in"})
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the edition"), min_length=2, max_length=60, widget=forms.TextInput(attrs=TEXT))
    valid_from = _day(_("In force from"), required=True, help_text=_("It counts for lists that stand for this day or a later one."))
    valid_to = _day(_("In force until"))
    field_order = ("file", "kind", "name", "valid_from", "valid_to")


class AreaForm(GroundsForm):
    """One area of the zone: a division that lies in it, wholly or in part, or a park or quarter with a sign of its own."""

    code = forms.CharField(
        label=_("Code"), min_length=2, max_length=12,
        help_text=_("Of the division, 6 to 12 digits, or a sign of the zone's own such as PARK-1."),
        widget=forms.TextInput(attrs=TEXT),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs=TEXT))
    share = forms.ChoiceField(
        label=_("Lies in the zone"), choices=Division.Share.choices, widget=forms.Select(attrs={"class": "in"})
    )  # fmt: skip
    within = forms.CharField(
        label=_("Which part"), required=False, max_length=1000, help_text=_("Streets or bounds, in words."),
        widget=forms.TextInput(attrs=TEXT),
    )  # fmt: skip
    valid_from = _day(_("In force from"), required=True)
    valid_to = _day(_("In force until"))
    field_order = ("code", "name", "share", "within", "valid_from", "valid_to")
