"""Human input about people: roles, invitations, offices, machines, keys, the own profile, absences, sign-ups."""

from collections.abc import Iterable, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from ..engine.roles import REGISTER
from ..models import Organisation, Zone

LINE = {"class": "in", "autocomplete": "off"}
Choices = Sequence[tuple[str, object]]
OF_COMPANY: Choices = [("company_user", _("company user")), ("company_admin", _("company administrator"))]
OPEN_ROLES: Choices = [(r.code, _(r.name)) for r in REGISTER if not r.opens_with and r.kinds != ("COMPANY",)]
BODIES: Choices = [(k, k.label) for k in Organisation.Kind if k not in (Organisation.Kind.COMPANY, Organisation.Kind.PUBLIC)]
SCOPES: Choices = [("read", _("reads")), ("write", _("writes")), ("read write", _("reads and writes"))]


def line(label: object, most: int, **more: object) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs=LINE), **more)  # type: ignore[arg-type]


def choice(label: object, choices: Choices = (), **more: object) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs={"class": "in"}), **more)  # type: ignore[arg-type]


def day(label: object) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"class": "in", "type": "date"}))  # type: ignore[arg-type]


def office_choices(offices: Iterable[tuple[int, Organisation]]) -> Choices:
    """The tree as the options of a list, each office below the one above it."""
    return [(str(office.pk), f"{'　' * depth}{office.name}") for depth, office in offices]


class _InOffice(forms.Form):
    """Something that concerns one office of the tree."""

    def __init__(self, *args: object, offices: Choices = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["organisation"].choices = offices  # type: ignore[attr-defined]


class AskRoleForm(_InOffice):
    """A role asked for a person who has an account."""

    username = line(_("User name"), 150)
    organisation = choice(_("Office"))
    role = choice(_("Role"), OPEN_ROLES)
    reason = line(_("Reason"), 300, min_length=2)


class InviteForm(_InOffice):
    """An invitation into an office."""

    name = line(_("Name of the person"), 60, min_length=2)
    organisation = choice(_("Office"))
    role = choice(_("Role asked for"), OPEN_ROLES)
    reason = line(_("Reason"), 300, min_length=2)


class InviteMemberForm(forms.Form):
    """An invitation into the own company."""

    name = line(_("Name of the person"), 60, min_length=2)
    role = choice(_("Role"), OF_COMPANY)


class OfficeForm(forms.Form):
    """An office below another one, or another body."""

    name = line(_("Name"), 120, min_length=2)
    name_en = line(_("English name"), 200, required=False)
    kind = choice(_("Kind"), BODIES)
    parent = choice(_("Below"), required=False)
    zone = choice(_("Works for"), required=False)

    def __init__(self, *args: object, offices: Choices = (), zones: Iterable[Zone] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["parent"].choices = [("", _("none")), *offices]  # type: ignore[attr-defined]
        self.fields["zone"].choices = [("", _("every zone")), *((z.code, z.name) for z in zones)]  # type: ignore[attr-defined]


class SystemForm(forms.Form):
    """The account of a machine."""

    name = forms.RegexField(
        regex=r"^[\w.@+-]{2,150}$", label=_("Name of the machine"), max_length=150, widget=forms.TextInput(attrs=LINE)
    )


class KeyForm(forms.Form):
    """A key of one system."""

    name = line(_("Name of the system"), 60, min_length=2)
    membership = choice(_("Acts as"), required=False)
    scopes = choice(_("Scopes"), SCOPES)
    limit = forms.IntegerField(
        label=_("Calls a minute"), min_value=1, max_value=6000, initial=60, widget=forms.NumberInput(attrs={"class": "in"})
    )
    expires_on = day(_("Ends on"))

    def __init__(self, *args: object, memberships: Choices | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if memberships is None:
            del self.fields["membership"]
        else:
            self.fields["membership"].choices = memberships  # type: ignore[attr-defined]


class ProfileForm(forms.Form):
    """What a person corrects of themselves."""

    name = line(_("Your name"), 60, min_length=2)
    phone = forms.CharField(
        label=_("Phone number"), max_length=20, required=False, widget=forms.TextInput(attrs={"class": "in", "autocomplete": "tel"})
    )
    language = choice(_("Language"), [("zh-hans", "简体中文"), ("en", "English")])


class PhoneCodeForm(forms.Form):
    """The code that came to the own phone."""

    code = forms.CharField(
        label=_("Code from the message"), max_length=10,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip


class AbsenceForm(forms.Form):
    """From the first day of an absence to the last."""

    since = day(_("From"))
    until = day(_("Until and with"))
    reason = line(_("Reason"), 300, required=False)


class AssignmentFileForm(forms.Form):
    """A list of assignments from a file."""

    file = forms.FileField(
        label=_("List of assignments"), help_text=_("CSV as it is given out here. All of it is taken, or nothing."),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": ".csv,.txt"}),
    )  # fmt: skip
    reason = line(_("Reason"), 300, min_length=2)


class ClaimForm(forms.Form):
    """I speak for this company."""

    credit_code = forms.CharField(
        label=_("Unified social credit code"), min_length=18, max_length=18, help_text=_("18 characters, on the business licence."),
        widget=forms.TextInput(attrs=LINE),
    )  # fmt: skip
    proof = forms.CharField(
        label=_("Proof"), min_length=2, max_length=300, widget=forms.TextInput(attrs=LINE),
        help_text=_("What shows that you speak for it: your office there, a letter, who can be asked."),
    )  # fmt: skip


class _NewPasswordForm(forms.Form):
    """A name and a password of one's own, typed twice."""

    name = forms.CharField(
        label=_("Your name"), min_length=2, max_length=60, widget=forms.TextInput(attrs={"class": "in", "autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"), min_length=12, max_length=200, strip=False, help_text=_("At least 12 characters."),
        widget=forms.PasswordInput(attrs={"class": "in", "autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("Password again"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"class": "in", "autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, object]:
        said: dict[str, object] = super().clean() or {}
        if "password" in said and said.get("again") != said["password"]:
            self.add_error("again", _("The two passwords differ."))
        return said


class SignUpForm(_NewPasswordForm, ClaimForm):
    """An account, and with it the claim of a company."""

    field_order = ["credit_code", "proof", "name", "password", "again"]


class InvitedForm(_NewPasswordForm):
    """An invitation taken by somebody without an account."""

    code = forms.CharField(
        label=_("Invitation code"), max_length=80, widget=forms.TextInput(attrs={**LINE, "data-from-address": "yes"}),
        help_text=_("The last part of the link that you were given, behind the #."),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone number"), max_length=20, required=False, widget=forms.TextInput(attrs={"class": "in", "autocomplete": "tel"})
    )
    field_order = ["code", "name", "phone", "password", "again"]


class JoinForm(forms.Form):
    """An invitation taken by somebody who is signed in."""

    code = forms.CharField(
        label=_("Invitation code"), max_length=80, widget=forms.TextInput(attrs={**LINE, "data-from-address": "yes"}),
        help_text=_("The last part of the link that you were given, behind the #."),
    )  # fmt: skip
