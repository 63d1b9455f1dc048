"""What a person chooses for themselves."""

from django.db import transaction

from xinya.kit.audit import record
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _

from ..models import Person


def set_language(actor: Person, *, language: str) -> None:
    """The language in which pages open and messages come."""
    demand(language in ("zh-hans", "en"), "unknown-language", _("Pages are in Chinese or English."), status=422)
    with transaction.atomic():
        actor.language = language
        actor.save(update_fields=["language"])
        record(actor, "set-language", "person", actor.pk, language=language)
