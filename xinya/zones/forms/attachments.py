"""A file that is brought, with its class."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xinya.kit.file_types import KNOWN_ENDINGS

from ..models import Secrecy


class FileForm(forms.Form):
    """One file for a row."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, PNG, JPEG, WebP, xlsx, docx, csv or txt; at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(KNOWN_ENDINGS)}),
        error_messages={"empty": _("The file is empty.")},
    )
    secrecy = forms.ChoiceField(label=_("Who may see it"), choices=Secrecy.choices[1:], initial=Secrecy.INTERNAL)
