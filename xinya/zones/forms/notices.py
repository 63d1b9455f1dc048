"""How a person wants to be told."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..models import Channel, Person
from ..queries.notices import channels_open


class ChoiceForm(forms.Form):
    """Channel, quiet hours, digest. Only channels that reach this person are offered."""

    channel = forms.ChoiceField(label=_("How you are told"), widget=forms.RadioSelect)
    webhook = forms.ChoiceField(label=_("Which web-hook"), required=False)
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        help_text=_("Nothing is sent in the quiet hours; equal times mean none."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    is_digest = forms.BooleanField(label=_("What may wait comes once a day in one message"), required=False)

    def __init__(self, person: Person, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        opened = channels_open(person)
        self.fields["channel"].choices = [(c.value, c.label) for c in opened]  # type: ignore[attr-defined]
        if Channel.WEBHOOK in opened and settings.WEBHOOKS:
            self.fields["webhook"].choices = [(name, name) for name in settings.WEBHOOKS]  # type: ignore[attr-defined]
        else:
            del self.fields["webhook"]
