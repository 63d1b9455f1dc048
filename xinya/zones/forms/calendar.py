"""What an officer fills in to bring the yearly notice, and to set office hours."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import OfficeHours, YearStatus, Zone


class CalendarForm(forms.Form):
    """A file of two columns with the year it is of."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2199, widget=forms.NumberInput(attrs={"class": "in"}))
    status = forms.ChoiceField(label=_("Status"), choices=YearStatus.choices, widget=forms.Select(attrs={"class": "in"}))
    source = forms.CharField(
        label=_("Notice"), min_length=5, max_length=200, help_text=_("Who announced it, and on which day."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"),
        help_text=_("xlsx or CSV with the columns date and kind (“日期”, “类型”); kinds are WORK and OFF (“上班”, “放假”)."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": ".xlsx,.csv,.txt,.tsv"}),
    )  # fmt: skip


class HoursForm(forms.Form):
    """Office hours of the house or of a zone."""

    zone = forms.ModelChoiceField(
        label=_("Applies to"), queryset=Zone.objects.order_by("code"), required=False, empty_label=_("every zone without its own"),
        to_field_name="code", widget=forms.Select(attrs={"class": "in"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind of day"), choices=OfficeHours.Kind.choices, widget=forms.Select(attrs={"class": "in"}))
    sessions = forms.CharField(
        label=_("Hours"), max_length=100, help_text=_("As 09:00-12:00, 13:30-17:30."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )  # fmt: skip
    first_on = forms.DateField(
        label=_("Season from"), required=False, help_text=_("Empty for hours that hold where no season does."),
        widget=forms.DateInput(attrs={"class": "in", "type": "date"}),
    )  # fmt: skip
    last_on = forms.DateField(
        label=_("Season until"), required=False, widget=forms.DateInput(attrs={"class": "in", "type": "date"})
    )  # fmt: skip
