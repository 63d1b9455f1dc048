"""What a person fills in to bring a list, and to take one back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..actions import SOURCES
from ..models import ImportBatch, Source

ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt"


class ListFileForm(forms.Form):
    """A file, what it lists, and why once more where the very same file stands in the register."""

    file = forms.FileField(
        label=_("File"), help_text=_("xlsx, xlsm, xls, ods, csv, tsv or txt; at most 20 MB. It is judged by its content."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": ACCEPTED}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What it lists"), choices=ImportBatch.Kind.choices, widget=forms.Select(attrs={"class": "in"}))
    reason = forms.CharField(
        label=_("Why once more"), required=False, max_length=300,
        help_text=_("Only where this very file was committed before."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )  # fmt: skip


class OwnListForm(ListFileForm):
    """A company brings lists of companies alone: of itself."""

    kind = None  # type: ignore[assignment]  # Django takes a field of a form away so


class OriginForm(forms.Form):
    """The day a list stands for, and who says so."""

    as_of = forms.DateField(label=_("As of"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "in", "type": "date"}))
    source_kind = forms.ChoiceField(
        label=_("Who says so"), choices=[(one.value, one.label) for one in SOURCES], widget=forms.Select(attrs={"class": "in"}),
        initial=Source.Kind.COMPANY_LIST,
    )  # fmt: skip


class UndoForm(forms.Form):
    """Why a list is taken back."""

    reason = forms.CharField(
        label=_("Why it is undone"), min_length=2, max_length=300,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"})
    )  # fmt: skip


class CommitForm(forms.Form):
    """What was seen, and the second yes where many rows block."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False)
    reason = forms.CharField(
        label=_("Why once more"), required=False, max_length=300,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )  # fmt: skip
