"""Human input of the chain slice."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinya.kit.pages import language
from xinya.zones.engine.freshness import FADES, LIVES, LONGEST

from .engine import KINDS, Limits
from .engine.wording import KIND_WORDS
from .files import shipped_packs
from .models import Answer, ValueTable

LIST_SUFFIXES = ".xlsx,.csv,.txt,.tsv"


class AnswerForm(forms.Form):
    """An answer to a gap."""

    kind = forms.ChoiceField(label=_("Your answer"), choices=Answer.Kind.choices, widget=forms.RadioSelect)
    company = forms.CharField(
        label=_("Company"), required=False, max_length=120, help_text=_("Which company makes it? Only for “we have one”."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"})
    )


class DecisionForm(forms.Form):
    """A placement is right or not."""

    is_right = forms.TypedChoiceField(choices=[("yes", _("right")), ("no", _("wrong"))], coerce=lambda v: v == "yes")
    reason = forms.CharField(max_length=300)


class HalfLifeForm(forms.Form):
    """A zone's own half-life of one kind of fact."""

    kind = forms.ChoiceField(label=_("Kind of fact"), widget=forms.Select(attrs={"class": "in"}))
    days = forms.IntegerField(
        label=_("Half-life in days"), required=False, min_value=1, max_value=LONGEST, help_text=_("Empty: the product's own."),
        widget=forms.NumberInput(attrs={"class": "in"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(x.kind, gettext(x.name)) for x in LIVES if x.way == FADES]  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    """A link for a company without an account."""

    company = forms.CharField(
        label=_("Company"), max_length=120, help_text=_("Its registered or a former name, or its unified social credit code."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Given to"), max_length=100, help_text=_("Who gets it, for your own list: a name, a visit."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )  # fmt: skip


class LinkCodeForm(forms.Form):
    """The code of a link."""

    code = forms.CharField(
        label=_("Code of the link"), max_length=80,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off", "spellcheck": "false", "data-from-address": "yes"}),
        help_text=_("The last part of the link that you were given, behind the #."),
    )  # fmt: skip


class StateForm(forms.Form):
    """A dated state of a company."""

    state = forms.ChoiceField(
        label=_("State"), choices=[("planned", _("planned")), ("building", _("being built")), ("producing", _("in production"))],
        widget=forms.Select(attrs={"class": "in"}),
    )  # fmt: skip
    day = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"class": "in", "type": "date"}))
    source = forms.CharField(
        label=_("Proof"),
        max_length=200,
        help_text=_("The document or the person that says so."),
        widget=forms.TextInput(attrs={"class": "in"}),
    )


class ListForm(forms.Form):
    """A company list from a file."""

    companies = forms.FileField(
        label=_("Company list"), help_text=_("xlsx or CSV, at most 20 MB. All of it is taken, or nothing."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": LIST_SUFFIXES}),
    )  # fmt: skip
    outside = forms.BooleanField(
        label=_("These are known makers outside the zone (candidates), not its own companies"), required=False
    )


class ValuesForm(forms.Form):
    """A table of values for the zone's positioning."""

    values = forms.FileField(
        label=_("Table of values"), help_text=_("CSV, at most 5 MB. All of it is taken, or nothing."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": ".csv,.txt,.tsv"}),
    )  # fmt: skip
    location = forms.CharField(
        label=_("This zone's name in the table"), max_length=200, widget=forms.TextInput(attrs={"class": "in"})
    )
    measure = forms.ChoiceField(
        label=_("What the values are"), choices=ValueTable.Measure.choices, widget=forms.Select(attrs={"class": "in"})
    )
    source = forms.CharField(
        label=_("Source"), min_length=2, max_length=300, help_text=_("Where the table comes from, so that a reader can find it."),
        widget=forms.TextInput(attrs={"class": "in"}),
    )  # fmt: skip


class PackForm(forms.Form):
    """Another version of a pack."""

    file = forms.FileField(
        label=_("Other version"), help_text=_("A zip as it is taken away here, at most 5 MB. Nothing of it is kept."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": ".zip"}),
    )  # fmt: skip


class NewZoneForm(forms.Form):
    """A zone of one's own."""

    name = forms.CharField(label=_("Name"), min_length=2, max_length=30, widget=forms.TextInput(attrs={"class": "in"}))
    name_en = forms.CharField(label=_("English name"), required=False, max_length=60, widget=forms.TextInput(attrs={"class": "in"}))
    code = forms.RegexField(
        regex=r"^[a-z][a-z0-9-]{1,29}$", label=_("Code"), help_text=_("For addresses: a-z, 0-9 and -, beginning with a letter."),
        error_messages={"invalid": _("The zone's code must be 2 to 30 of a-z, 0-9 and -, beginning with a letter.")},
        widget=forms.TextInput(attrs={"class": "in"}),
    )  # fmt: skip
    chains = forms.MultipleChoiceField(label=_("Chains"), widget=forms.CheckboxSelectMultiple)
    companies = forms.FileField(
        label=_("Company list"), required=False, help_text=_("xlsx or CSV, at most 20 MB. It can be brought later too."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": LIST_SUFFIXES}),
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        key = "name_zh" if language() == "zh" else "name_en"
        field = self.fields["chains"]
        field.choices = [(p.code, p.head[key]) for p in shipped_packs()]  # type: ignore[attr-defined]


class LimitsForm(forms.Form):
    """The limits of a zone's verdicts."""

    demand = forms.FloatField(label=_("Direct demand from which a segment nobody makes is a gap"), min_value=0.01, max_value=1000)
    share = forms.FloatField(
        label=_("Share of known revenue from which one maker counts as the only one"), min_value=0.01, max_value=1
    )
    readiness = forms.FloatField(
        label=_("Share of essential inputs made here from which a segment is extendable or ready"),
        min_value=0.01,
        max_value=1,
    )
    depth = forms.IntegerField(label=_("Steps along inputs that are followed"), min_value=1, max_value=10)
    decay = forms.FloatField(label=_("Weight of each further step"), min_value=0.01, max_value=1)
    residents = forms.IntegerField(label=_("Companies placed on a chain from which it gets verdicts"), min_value=0, max_value=1000)
    kinds = forms.MultipleChoiceField(label=_("Kinds of inputs that are followed"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kinds"].choices = [(k, KIND_WORDS[k][language() != "zh"]) for k in KINDS]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if name != "kinds":
                field.widget.attrs["class"] = "in"

    def limits(self) -> Limits:
        """The checked limits."""
        c = self.cleaned_data
        return Limits(c["demand"], c["share"], c["readiness"], c["depth"], c["decay"], c["residents"], tuple(c["kinds"]))


def _whole(value: float) -> float:
    """A number without the ".0" of one that is whole, as the table beside the form shows it."""
    return int(value) if float(value).is_integer() else value


def limits_initial(limits: Limits) -> dict[str, object]:
    """The limits in force as a form's first values."""
    return {
        "demand": _whole(limits.demand), "share": _whole(limits.share), "readiness": _whole(limits.readiness),
        "depth": limits.depth, "decay": _whole(limits.decay), "residents": limits.residents, "kinds": list(limits.kinds),
    }  # fmt: skip
