"""What is sent from the steps of a list: answers, columns, decisions, commit, undo; and the file with comments."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.pages import language, sentence_of
from xinya.kit.refusals import Refused

from .. import actions, queries
from ..files.import_copy import cells_of, commented_copy, demand_small
from ..files.import_reading import read_book
from ..forms.imports import CommitForm, OriginForm, UndoForm
from ..models import ImportBatch, Person
from ..queries.imports import content_of_batch
from .imports import LONGEST_TYPED, XLSX, list_page, step_page


def _went(request: HttpRequest, code: str, pk: int, step: str, act: Callable[[Person], object], **forms: Any) -> HttpResponse:
    """Do the act and go on; a refusal is shown on the step it came from."""
    try:
        act(queries.signed_in(request))
    except Refused as refused:
        if refused.status == 404:
            raise
        places = [one.sentence(language()) for one in getattr(refused, "findings", ())]
        return step_page(
            request, code, pk, step=step, status=refused.status, problem=sentence_of(refused), findings=places, **forms
        )  # fmt: skip
    return redirect(reverse("import", args=[code, pk]) + (f"?step={forms['after']}" if forms.get("after") else ""))


def _seen(request: HttpRequest, code: str, pk: int) -> ImportBatch:
    return queries.batch_visible(queries.signed_in(request), pk, code)


@require_POST
def answer_reading(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Encoding, sign between columns, sheet."""
    _seen(request, code, pk)
    sign = request.POST.get("delimiter", "")
    said = {
        "encoding": request.POST.get("encoding", ""), "delimiter": "\t" if sign == "tab" else sign,
        "sheet": request.POST.get("sheet", "")[:200],
    }  # fmt: skip
    return _went(request, code, pk, "upload", lambda person: actions.answer_reading(person, batch_id=pk, **said))


@require_POST
def map_columns(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What the columns hold, the day, who says so."""
    batch, form = _seen(request, code, pk), OriginForm(request.POST)
    if batch.company_id:
        form.fields["source_kind"].required = False
    if not form.is_valid():
        return step_page(request, code, pk, step="columns", status=422, origin=form)
    said = []
    for place in range(1, len(batch.labels) + 1):
        field = request.POST.get(f"field-{place}", "")
        if field:
            period, unit = (request.POST.get(f"{name}-{place}", "")[:12] for name in ("period", "unit"))
            said.append(actions.ColumnSaid(place, field, period, unit, bool(request.POST.get(f"clears-{place}"))))
    source = "" if batch.company_id else form.cleaned_data["source_kind"]
    day = form.cleaned_data["as_of"]

    def act(person: Person) -> object:
        return actions.map_columns(person, batch_id=pk, columns=said, as_of=day, source_kind=source)

    return _went(request, code, pk, "columns", act, origin=form)


@require_POST
def decide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One decision: of a reason, of a row, of a pair, or of a column. The button's value says which: verb:place."""
    _seen(request, code, pk)
    verb, _sign, place = request.POST.get("decision", "").partition(":")
    typed = request.POST.get(f"value-{place}", "")[:LONGEST_TYPED]
    row, _sign, more = place.partition(":")
    number = int(row) if row.isdecimal() and row.isascii() and len(row) < 9 else 0
    company = int(more) if more.isdecimal() and more.isascii() and len(more) < 18 else 0
    if verb == "confirm":
        one = actions.Decision(verb, field=place)
    elif number and verb in ("same", "different"):
        one = actions.Decision(verb, row=number, company=company)
    elif number:
        one = actions.Decision(verb, row=number, field=more, value=typed)
    else:
        one = actions.Decision(verb, reason=place)

    def act(person: Person) -> object:
        return actions.answer_import(person, batch_id=pk, decisions=[one])

    return _went(request, code, pk, "decisions", act, after="decisions")


@require_POST
def commit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Into the register."""
    batch, form = _seen(request, code, pk), CommitForm(request.POST)
    if not form.is_valid():
        return step_page(request, code, pk, step="commit", status=422, problem=_("Look at the list again before it is committed."))
    said = form.cleaned_data

    def act(person: Person) -> None:
        after = actions.commit_import(
            person, batch_id=batch.pk, key=said["key"], confirmed=said["confirmed"], reason=said["reason"]
        )
        if not after.busy and after.state == ImportBatch.State.COMMITTED:
            messages.success(request, _("Committed. The list can be undone as a whole."))

    return _went(request, code, pk, "commit", act, after="commit", commit=form)


@require_POST
def undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The whole list out of the register again."""
    person = queries.signed_in(request)
    batch = queries.batch_to_undo(person, pk, code)
    if not queries.sees_batch(person, batch):
        return _undo_unseen(request, code, batch)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return step_page(request, code, pk, step="commit", status=422, undo=form)

    def act(person: Person) -> None:
        after = actions.undo_import(person, batch_id=pk, reason=form.cleaned_data["reason"])
        if not after.busy:
            messages.success(request, _("Undone. The register is what it was before; the log keeps both acts."))

    return _went(request, code, pk, "commit", act, undo=form)


def _undo_unseen(request: HttpRequest, code: str, batch: ImportBatch) -> HttpResponse:
    """A company's own list, taken back by an officer of the zone, who stays on the page of the zone's lists."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        return list_page(request, code, status=422, problem=_("Say why the list is taken back."))
    try:
        after = actions.undo_import(queries.signed_in(request), batch_id=batch.pk, reason=form.cleaned_data["reason"])
    except Refused as refused:
        places = [one.sentence(language()) for one in getattr(refused, "findings", ())]
        return list_page(request, code, status=refused.status, problem=sentence_of(refused), places=places)
    if not after.busy:
        messages.success(request, _("Undone. The register is what it was before; the log keeps both acts."))
    return redirect("imports", code)


@require_POST
def abandon(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """No further with this list; its file goes."""
    _seen(request, code, pk)
    return _went(request, code, pk, "check", lambda person: actions.abandon_import(person, batch_id=pk))


@require_GET
def commented(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """The person's own file, with what was found as comments in its cells."""
    batch = _seen(request, code, pk)
    content = content_of_batch(batch)
    book = read_book(content, batch.name, encoding=batch.encoding or None, delimiter=batch.delimiter or None)
    try:
        demand_small(cells_of(book))
    except Refused as refused:
        return step_page(request, code, pk, step="check", status=refused.status, problem=sentence_of(refused))
    found = [queries.finding_of(row) for row in queries.findings_of(batch)]
    reply = HttpResponse(commented_copy(content, book, found, language()), content_type=XLSX)
    reply["Content-Disposition"] = f'attachment; filename="list-{batch.pk}-findings.xlsx"'
    reply["X-Content-Type-Options"] = "nosniff"
    return reply
