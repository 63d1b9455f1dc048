"""A password does not contain its person's own data, which a stranger can look up."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 4


class OwnDataValidator:
    """Refuses a password that holds the name, the account, the mail or the phone number of its person."""

    FIELDS = ("username", "first_name", "last_name", "email", "phone")

    def validate(self, password: str, user: Any = None) -> None:
        plain = password.casefold()
        for field in self.FIELDS:
            word = str(getattr(user, field, "") or "").split("@")[0].casefold()
            if len(word) >= SHORTEST and word in plain:
                raise ValidationError(_("It contains your own name, account, mail or phone number."), code="own-data")

    def get_help_text(self) -> str:
        return _("The password must not contain your own name, account, mail or phone number.")
