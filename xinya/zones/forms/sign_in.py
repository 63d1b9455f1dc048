"""Human input of the zones slice."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Django's own check, with one sentence for every failure."""

    error_messages = {
        "invalid_login": _("The name or the password is not right. Nothing was changed."),
        "inactive": _("The name or the password is not right. Nothing was changed."),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")
        for field in self.fields.values():
            field.widget.attrs["class"] = "in"
