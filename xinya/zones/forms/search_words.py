"""Human input: a word for the list of own words."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchWordForm(forms.Form):
    """One word that search keeps whole."""

    word = forms.CharField(
        label=_("Word"), min_length=2, max_length=30,
        help_text=_("A material, a process, a product: 2 to 30 letters or digits, such as “等静压”."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )  # fmt: skip
