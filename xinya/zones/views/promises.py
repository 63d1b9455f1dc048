"""Promises of a zone: the list, one promise with its clocks and acts, a new one."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop

from .. import actions, queries, rules
from ..actions.promise_steps import demand_step
from ..engine import promise_states as states
from ..files.promise_kinds import promise_kinds
from ..forms.attachments import FileForm
from ..forms.promises import FORMS, UNIT_WORDS, HandOverForm, NewPromiseForm
from ..models import Company, Person, Promise
from ..queries.promises import NO_PROMISE
from .promise_rows import drawn_clock, promise_row, promise_rows, side_name

PAGE_SIZE = 50
GROUPS = {
    "open": gettext_noop("running"), "late": gettext_noop("late"), "paused": gettext_noop("paused"), "kept": gettext_noop("kept"),
    "ended": gettext_noop("ended"), "all": gettext_noop("all"),
}  # fmt: skip
ACTIONS: dict[str, Callable[..., Promise]] = {
    "pause": actions.pause_promise, "resume": actions.resume_promise, "reply": actions.reply_to_promise,
    "ask_extension": actions.ask_extension, "approve_extension": actions.approve_extension,
    "refuse_extension": actions.refuse_extension, "keep": actions.keep_promise, "confirm": actions.confirm_promise,
    "object": actions.object_promise, "reopen": actions.reopen_promise, "break": actions.break_promise,
    "withdraw": actions.withdraw_promise,
}  # fmt: skip


def promise_list(request: HttpRequest, code: str) -> HttpResponse:
    """Promises in both directions, late ones first; filtered by direction and state, fifty a page."""
    person = queries.signed_in(request)
    zone = queries.promise_zone(person, code)
    direction, group = request.GET.get("direction", ""), request.GET.get("state", "open")
    group = group if group in GROUPS else "open"
    asked = request.GET.get("from", "")
    first = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 9 else 0
    found = queries.promises_of(person, zone, direction=direction, group=group)
    total = found.count()
    rows = promise_rows(list(found[first : first + PAGE_SIZE]))
    last = first + len(rows)
    context = {
        "rows": rows,
        "total": total,
        "late": sum(r.mark == "bad" and r.promise.state == "OPEN" for r in rows),
        "direction": direction if direction in Promise.Direction.values else "",
        "directions": Promise.Direction.choices,
        "group": group,
        "groups": [(key, _(word)) for key, word in GROUPS.items()],
        "first": first + 1 if rows else 0,
        "last": last,
        "previous_href": _turned(request.GET, max(0, first - PAGE_SIZE)) if first else "",
        "next_href": _turned(request.GET, last) if last < total else "",
        "may_make": rules.may_make_promises(person, zone),
    }
    return page(request, "zones/promises.html", context, zone=zone, section="promises")


def _turned(query: QueryDict, first: int) -> str:
    kept = query.copy()
    kept["from"] = str(first)
    return f"?{kept.urlencode()}"


def new_promise(request: HttpRequest, code: str) -> HttpResponse:
    """A promise of one's own side; its clock starts at receipt."""
    person = queries.signed_in(request)
    zone = queries.promise_zone(person, code)
    if not rules.may_make_promises(person, zone):
        raise Refused("no-such-promise", NO_PROMISE, status=404)
    membership = person.acting_for
    is_company = membership is not None and membership.organisation.company_id is not None
    companies = queries.visible_to(person, Company).filter(zone=zone, is_outside=False).order_by("name")
    sent = request.POST if request.method == "POST" else None
    form = NewPromiseForm(sent, companies=companies, is_company=is_company)
    status = 200 if sent is None else 422
    if sent is not None and form.is_valid():
        try:
            made = actions.make_promise(person, zone=zone, wanted=actions.NewPromise(**form.words()))
        except Refused as refused:
            if refused.status != 422:
                raise
            form.add_error(None, sentence_of(refused))
        else:
            messages.success(request, _("The promise is made; its clock runs."))
            return redirect("promise", code, made.pk)
    context = {"form": form, "kinds": [(k, UNIT_WORDS[k.unit], k.name(language())) for k in promise_kinds().values()]}
    return page(request, "zones/new_promise.html", context, zone=zone, section="promises", status=status)


def promise_page(
    request: HttpRequest, code: str, pk: int, *, bound: tuple[str, forms.Form] | None = None, file_form: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """One promise: both sides, every clock day by day, what happened, what the reader may do."""
    person = queries.signed_in(request)
    promise = queries.promise_visible(person, code, pk)
    calendar, hours, now = queries.calendar_in_force(), queries.office_hours_in_force(promise.zone), timezone.now()
    clocks = [drawn_clock(calendar, queries.reading(calendar, c, hours, now=now), now) for c in queries.clocks_of(promise)]
    last = clocks[-1].read
    sides = rules.sides_of(person, promise)
    asked = next((e for e in last.row.extensions.all() if e.state == "ASKED"), None)
    kind = promise_kinds().get(promise.kind)
    context = {
        "promise": promise,
        "row": promise_row(promise, calendar, now),
        "clocks": clocks[::-1],
        "last": last,
        "unit_words": UNIT_WORDS[last.row.unit],
        "kind": kind,
        "kind_name": kind.name(language()) if kind else "",
        "asked": asked,
        "pause": next((p for p in last.row.pauses.all() if p.end is None), None),
        "events": [(e, _(states.VERBS[e.verb]), side_name(e.organisation)) for e in queries.events_of(promise)],
        "acts": _acts(promise, sides, is_asked=asked is not None, bound=bound),
        "files": queries.attachments_of(person, "promise", pk),
        "file_form": (file_form or FileForm()) if sides else None,
        "add_href": reverse("promise-file-add", args=[code, pk]),
        "own_path": reverse("promise", args=[code, pk]),
    }
    return page(request, "zones/promise.html", context, zone=promise.zone, section="promises", status=status)


def _acts(promise: Promise, sides: frozenset[str], *, is_asked: bool, bound: tuple[str, forms.Form] | None) -> list[dict[str, Any]]:
    """The forms of what this reader may do now, in the order of the page."""
    found = []
    for verb in states.verbs_from(promise.state, sides):
        if verb in ("approve_extension", "refuse_extension") and not is_asked:
            continue
        form = bound[1] if bound is not None and bound[0] == verb else form_of(verb, promise)
        href = reverse("promise-act", args=[promise.zone.code, promise.pk, verb])
        found.append({"verb": verb, "label": _(states.ACTS[verb]), "form": form, "href": href, "is_open": form.is_bound})
    return found


def form_of(verb: str, promise: Promise, sent: QueryDict | None = None) -> forms.Form:
    """The form of an act; its names carry the verb, so that several stand on one page."""
    if verb == "hand_over":
        return HandOverForm(sent, prefix=verb, members=queries.possible_owners(promise))
    return FORMS[verb](sent, prefix=verb)


@require_POST
def promise_act(request: HttpRequest, code: str, pk: int, verb: str) -> HttpResponse:
    """One act on a promise."""
    person = queries.signed_in(request)
    promise = queries.promise_visible(person, code, pk)
    if verb not in FORMS:
        raise Refused("no-such-promise", NO_PROMISE, status=404)
    demand_step(person, promise, verb)
    form = form_of(verb, promise, request.POST)
    if form.is_valid():
        try:
            _carry_out(person, promise, verb, form)
        except Refused as refused:
            if refused.status != 422:
                raise
            form.add_error(None, sentence_of(refused))
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": _(states.VERBS[verb])})
            return redirect("promise", code, pk)
    return promise_page(request, code, pk, bound=(verb, form), status=422)


def _carry_out(person: Person, promise: Promise, verb: str, form: forms.Form) -> None:
    if isinstance(form, HandOverForm):
        taker = form.membership
        actions.hand_over_promise(
            person, promise=promise, to=taker.person, office=taker.organisation, reason=form.cleaned_data["reason"]
        )
    else:
        ACTIONS[verb](person, promise=promise, **form.cleaned_data)
