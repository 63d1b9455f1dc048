"""The text that was kept over an idle end, given to the page on which its form stands."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from xinya.zones.models import Person
from xinya.zones.queries.sign_in import draft_for


def kept_draft(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: looked up only after a sign-in that followed an idle end."""
    person = getattr(request, "user", None)
    if request.method != "GET" or not isinstance(person, Person) or not request.session.get("had_draft"):
        return {}
    draft = draft_for(person, request.get_full_path(), timezone.now())
    if draft is None:
        return {}
    return {"draft": draft, "draft_fields": {"target": draft.target, "fields": draft.fields}}
