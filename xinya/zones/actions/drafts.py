"""What a person had typed when the session ended is kept for a day and shown again; nothing is ever sent by itself."""

import datetime
import json
from collections.abc import Mapping

from django.db import transaction

from xinya.kit.audit import record

from ..models import Draft, Person
from ..queries.sign_in import DRAFT_LIFE

LARGEST_BYTES = 64 * 1024
KEPT_A_PERSON = 10
SECRET_PARTS = ("password", "token", "secret")


def keep_draft(person: Person, *, page: str, target: str, typed: Mapping[str, list[str]], now: datetime.datetime) -> bool:
    """Keep typed fields for their person: no files, nothing that looks like a secret. Says whether anything was kept."""
    fields = {name: texts for name, texts in typed.items() if not any(part in name.lower() for part in SECRET_PARTS)}
    whole = json.dumps(fields, ensure_ascii=False)
    if not any(text.strip() for texts in fields.values() for text in texts) or len(whole.encode()) > LARGEST_BYTES:
        return False
    if len(page) > 500 or len(target) > 500 or "\\u0000" in whole:
        return False
    with transaction.atomic():
        Draft.objects.filter(kept_at__lt=now - DRAFT_LIFE).delete()
        Draft.objects.filter(person=person, target=target).delete()
        old = Draft.objects.filter(person=person).order_by("-kept_at").values_list("pk", flat=True)[KEPT_A_PERSON - 1 :]
        Draft.objects.filter(pk__in=list(old)).delete()
        Draft.objects.create(person=person, page=page, target=target, fields=fields, kept_at=now)
        record(person, "keep-draft", "person", person.pk, page=page)
    return True


def drop_draft(actor: Person, *, target: str) -> None:
    """The person has sent the form, or wants the text no more."""
    Draft.objects.filter(person=actor, target=target).delete()
