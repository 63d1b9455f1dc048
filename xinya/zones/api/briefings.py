"""HTTP API: what a briefing states, as a draft for a person; nothing is stored."""

import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from xinya.kit.api import WRITE_PROBLEMS
from xinya.kit.days import day_written
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from ..engine.briefing import LONGEST, briefing_object, read_briefing
from ..queries import signed_in

router = Router(tags=["briefings"])


class BriefingText(Schema):
    """A text, and its day of issue (YYYY-MM-DD) where the page itself does not tell it."""

    text: str = Field(min_length=1, max_length=LONGEST)
    issued_on: str = Field("", max_length=10, pattern=r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?$")


class StatedFact(Schema):
    """One thing read: its words and place (code points), and its value by kind."""

    kind: Literal["quantity", "date", "organisation"]
    start: int
    end: int
    text: str
    value: dict[str, str | bool | None]
    context: str


class BriefingDraft(Schema):
    """Everything read. questions: the words that have two readings, which a person must decide."""

    issued_on: datetime.date
    draft: bool
    facts: list[StatedFact]
    questions: list[str]


@router.post("/read-briefing", response={200: BriefingDraft, **WRITE_PROBLEMS}, summary="Read a briefing; nothing is stored")
def read(request: HttpRequest, given: BriefingText) -> dict[str, Any]:
    signed_in(request)
    try:
        issued_on = day_written(given.issued_on) if given.issued_on else None
    except ValueError as wrong:
        raise Refused("day-wrong", _("%(day)s is not a day written YYYY-MM-DD."), day=given.issued_on) from wrong
    return briefing_object(read_briefing(given.text, issued_on=issued_on, today=timezone.localdate()))
