"""What people fill in about promises: a new one, and each act on one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinya.kit.clock_terms import UNITS
from xinya.kit.pages import language

from ..files.promise_kinds import OWN, promise_kinds
from ..models import Company, Membership, Promise, PromisePause, Secrecy

TEXT = {"class": "in", "autocomplete": "off"}
UNIT_WORDS = {
    "WD": _("working days"), "CD": _("calendar days"), "M": _("months"), "WH": _("working hours"), "CH": _("hours"),
}  # fmt: skip


class NewPromiseForm(forms.Form):
    """A promise of one's own side; the zone's people may also write down what a company promised."""

    direction = forms.ChoiceField(
        label=_("Who owes it"), choices=[("OURS", _("we owe the company")), ("THEIRS", _("the company owes us"))],
        widget=forms.RadioSelect, initial="OURS",
    )  # fmt: skip
    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Company.objects.none(), required=False, widget=forms.Select(attrs={"class": "in"})
    )
    other = forms.CharField(
        label=_("Or somebody without a company here"), required=False, max_length=120, widget=forms.TextInput(attrs=TEXT)
    )
    text = forms.CharField(
        label=_("What is promised"), min_length=5, max_length=500, widget=forms.Textarea(attrs={"class": "in", "rows": 3})
    )
    kind = forms.ChoiceField(
        label=_("Kind"), help_text=_("Gives unit and length; “own terms” takes those below."),
        widget=forms.Select(attrs={"class": "in"}),
    )  # fmt: skip
    n = forms.IntegerField(
        label=_("Length"), required=False, min_value=0, max_value=3650, widget=forms.NumberInput(attrs={"class": "in"})
    )
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=[(u, UNIT_WORDS[u]) for u in UNITS], widget=forms.Select(attrs={"class": "in"})
    )
    received_at = forms.DateTimeField(
        label=_("Received"), required=False, help_text=_("The clock runs from here; empty: now."),
        widget=forms.DateTimeInput(attrs={"class": "in", "type": "datetime-local"}),
    )  # fmt: skip
    proof_needed = forms.CharField(
        label=_("What will prove it"), required=False, max_length=200, widget=forms.TextInput(attrs=TEXT)
    )
    occasion = forms.CharField(
        label=_("Where it was promised"), required=False, max_length=120, help_text=_("A symposium, a visit, a letter."),
        widget=forms.TextInput(attrs=TEXT),
    )  # fmt: skip
    is_for_sides = forms.BooleanField(label=_("Only for the two sides and the company's commissioner"), required=False)

    def __init__(self, *args: Any, companies: Any, is_company: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = companies  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(k.code, k.name(language())) for k in promise_kinds().values()]  # type: ignore[attr-defined]
        self.fields["kind"].initial = OWN
        self.fields["n"].initial, self.fields["unit"].initial = 5, "WD"
        self.is_company = is_company
        if is_company:
            for name in ("direction", "company", "other"):
                del self.fields[name]

    def words(self) -> dict[str, Any]:
        """What `NewPromise` takes."""
        c = dict(self.cleaned_data)
        c["secrecy"] = Secrecy.COMPANY if c.pop("is_for_sides") else Secrecy.INTERNAL
        if self.is_company:
            c["direction"] = Promise.Direction.THEIRS.value
        if c["kind"] != OWN:
            c["unit"], c["n"] = "", None
        return c


class _Reasoned(forms.Form):
    reason = forms.CharField(label=_("Reason"), min_length=2, max_length=300, widget=forms.TextInput(attrs=TEXT))


class PauseForm(forms.Form):
    """Why the clock stands, seen by the company in full."""

    reason = forms.ChoiceField(label=_("Why"), choices=PromisePause.Reason.choices, widget=forms.Select(attrs={"class": "in"}))
    what = forms.CharField(
        label=_("What exactly"), min_length=2, max_length=300, widget=forms.TextInput(attrs=TEXT),
        help_text=_("The material, the test, the office; for a waiting period the article of the law."),
    )  # fmt: skip
    until = forms.DateField(label=_("Until when"), widget=forms.DateInput(attrs={"class": "in", "type": "date"}))


class KeepForm(forms.Form):
    """Kept only with proof."""

    proof = forms.CharField(
        label=_("Proof"), min_length=5, max_length=500, help_text=_("A document, a place, a number that the other side can check."),
        widget=forms.TextInput(attrs=TEXT),
    )  # fmt: skip


class ReplyForm(forms.Form):
    """An answer of the other side."""

    text = forms.CharField(
        label=_("Your answer"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"class": "in", "rows": 2})
    )


class ExtensionForm(_Reasoned):
    """More time, in the promise's own unit."""

    n = forms.IntegerField(
        label=_("How much more, in the unit of the promise"), min_value=1, max_value=3650,
        widget=forms.NumberInput(attrs={"class": "in"}),
    )  # fmt: skip
    field_order = ["n", "reason"]


class HandOverForm(_Reasoned):
    """To whom; the due date stays."""

    to = forms.ChoiceField(label=_("To whom"), widget=forms.Select(attrs={"class": "in"}))
    field_order = ["to", "reason"]

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(m.pk): m for m in members}
        self.fields["to"].choices = [(pk, f"{m.organisation}: {m.person}") for pk, m in self.members.items()]  # type: ignore[attr-defined]

    @property
    def membership(self) -> Membership:
        return self.members[self.cleaned_data["to"]]


class ReasonForm(_Reasoned):
    """An act that says why."""


class PlainForm(forms.Form):
    """An act that says nothing more."""


FORMS: dict[str, type[forms.Form]] = {
    "pause": PauseForm, "resume": PlainForm, "reply": ReplyForm, "ask_extension": ExtensionForm, "approve_extension": ReasonForm,
    "refuse_extension": ReasonForm, "hand_over": HandOverForm, "keep": KeepForm, "confirm": PlainForm, "object": ReasonForm,
    "reopen": ReasonForm, "break": ReasonForm, "withdraw": ReasonForm,
}  # fmt: skip
