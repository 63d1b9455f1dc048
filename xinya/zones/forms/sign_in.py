"""Forms of signing in and of one's own keys."""

import math
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinya.kit.text import gettext_noop


class SignInForm(AuthenticationForm):
    """Django's own check, with one sentence for every failure, whether or not there is such an account."""

    WRONG = gettext_noop("The name or the password is not right. Nothing was changed.")
    PAUSED = _(
        "Too many failures from here: signing in by password pauses for %(minutes)s minutes. A passkey works at once; the "
        "security officer of your zone can end the pause."
    )
    error_messages = {"invalid_login": _(WRONG), "inactive": _(WRONG)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Phone number or account")
        self.fields["password"].label = _("Password")
        for field in self.fields.values():
            field.widget.attrs["class"] = "in"

    def get_invalid_login_error(self) -> ValidationError:
        pause = getattr(self.request, "sign_in_pause", None)
        if pause is None:
            return ValidationError(gettext(self.WRONG), code="invalid_login")
        minutes = max(1, math.ceil((pause.until - timezone.now()).total_seconds() / 60))
        return ValidationError(self.PAUSED % {"minutes": minutes}, code="paused")


class ProofForm(forms.Form):
    """The second proof: a code for people with keys, the password again for the others."""

    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("Six digits of your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "one-time-code", "autofocus": True}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Your password once more"), strip=False, max_length=128,
        widget=forms.PasswordInput(attrs={"class": "in", "autocomplete": "current-password", "autofocus": True}),
    )  # fmt: skip

    def __init__(self, *args: Any, by_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password" if by_code else "code"]


class TotpForm(forms.Form):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        label=_("Code that the app shows now"), max_length=10,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip


class PasswordForm(forms.Form):
    """A new password, twice; the old one was asked for a moment ago."""

    old = forms.CharField(
        label=_("Password until now"), strip=False, max_length=128,
        widget=forms.PasswordInput(attrs={"class": "in", "autocomplete": "current-password"}),
    )  # fmt: skip
    new = forms.CharField(
        label=_("New password"), strip=False, max_length=128,
        help_text=_("At least 12 characters; not a common one, and nothing like your name. A short sentence is easy to keep."),
        widget=forms.PasswordInput(attrs={"class": "in", "autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New password once more"), strip=False, max_length=128,
        widget=forms.PasswordInput(attrs={"class": "in", "autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return cleaned


class LanguageForm(forms.Form):
    """The language in which pages open and messages come."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("zh-hans", "简体中文"), ("en", "English")], widget=forms.Select(attrs={"class": "in"})
    )


class CodeForm(forms.Form):
    """A QR code's letters, typed by hand."""

    code = forms.CharField(
        label=_("Code on the computer"), max_length=20,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why a security officer does it."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.TextInput(attrs={"class": "in"}))
