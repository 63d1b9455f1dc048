"""Forms for companies that are one, or two."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import CompanyMerge

LINE = {"class": "in", "autocomplete": "off"}
LARGEST = 2**53


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Why"), min_length=2, max_length=300, widget=forms.TextInput(attrs=LINE))


class PairForm(forms.Form):
    """Two companies that a person names: by name, credit code or number."""

    company = forms.CharField(label=_("One company"), max_length=120, widget=forms.TextInput(attrs=LINE))
    other = forms.CharField(
        label=_("The other company"), max_length=120, widget=forms.TextInput(attrs=LINE),
        help_text=_("A name, a credit code or the number of the company in this register."),
    )  # fmt: skip


class MergeForm(forms.Form):
    """Which of two companies stays, what the other's name is to it, and why they are one."""

    keep = forms.TypedChoiceField(label=_("The company that stays"), coerce=int, widget=forms.RadioSelect)
    name_was = forms.ChoiceField(
        label=_("The name of the other is"), choices=CompanyMerge.NameWas.choices, initial=CompanyMerge.NameWas.ALIAS,
        widget=forms.Select(attrs={"class": "in"}),
    )  # fmt: skip
    name_until = forms.DateField(
        label=_("Borne until"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "in", "type": "date"}),
        help_text=_("Only of a former name; without a day: until today."),
    )  # fmt: skip
    reason = _reason()

    def __init__(self, *given: object, companies: tuple[tuple[int, str], ...] = (), **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        self.fields["keep"].choices = companies  # type: ignore[attr-defined]


class ApartForm(forms.Form):
    """Why two like companies are two firms."""

    reason = _reason()


class UnmergeForm(forms.Form):
    """Why a merging is undone."""

    reason = _reason()
