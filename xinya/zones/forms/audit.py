"""What is asked of the log: a filter, and the rows of an export."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from xinya.kit.days import is_day_of_trade

from ..queries.audit import Wanted

ANY, DONE, REFUSED = "", "done", "refused"


def _text(label: Any, length: int) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, widget=forms.TextInput(attrs={"class": "in", "size": 14})
    )


def _demand_day_of_trade(day: datetime.date) -> None:
    if not is_day_of_trade(day):
        raise ValidationError(_("The day must lie between 1900 and 2200."))


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"class": "in", "type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, validators=[_demand_day_of_trade])


class LogFilter(forms.Form):
    """Which rows of the log."""

    actor = _text(_("Who"), 150)
    act = _text(_("Act"), 100)
    object = _text(_("Object"), 200)
    ok = forms.ChoiceField(
        label=_("Outcome"), required=False, widget=forms.Select(attrs={"class": "in"}),
        choices=[(ANY, _("any")), (DONE, _("done")), (REFUSED, _("refused"))],
    )  # fmt: skip
    since = _day(_("From"))
    until = _day(_("To"))

    def wanted(self) -> Wanted:
        """The filter of a valid form."""
        c = self.cleaned_data
        ok = {ANY: None, DONE: True, REFUSED: False}[c["ok"]]
        return Wanted(c["actor"], c["act"], c["object"], ok, c["since"], c["until"])


class ExportForm(forms.Form):
    """From which row to which; empty is the first and the last."""

    first = forms.IntegerField(
        label=_("First row"), required=False, min_value=1, max_value=2**62, widget=forms.NumberInput(attrs={"class": "in"})
    )
    last = forms.IntegerField(
        label=_("Last row"), required=False, min_value=1, max_value=2**62, widget=forms.NumberInput(attrs={"class": "in"})
    )
