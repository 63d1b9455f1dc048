"""What an officer fills in to bring the yearly notice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import YearStatus


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
