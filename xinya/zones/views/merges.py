"""Companies that may be one: the list, two side by side, the merging and its undo."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.kit.text import say

from .. import actions, queries
from ..engine.company_names import DIFFERENT
from ..engine.duplicates import IDENT, LIKE, NAME, demand_one_firm, held_together
from ..forms.merges import ApartForm, MergeForm, PairForm, UnmergeForm
from ..models import AMOUNTS, Company, CompanyMerge, Fact, Person
from ..queries import merges as found_in
from ..queries.import_export import yuan_of
from .import_words import differing
from .open_to import PAGE_SIZE, allowed, done, position, turned

POWER = "change_zone"


def _number(text: str) -> int:
    """A company's number from an address; 0 for none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def duplicate_list(request: HttpRequest, code: str) -> HttpResponse:
    """Pairs of the register that may be one company, and what was merged; a form to name two oneself."""
    person = allowed(request, POWER)
    zone = queries.zone_visible(person, code)
    form, status = PairForm(initial={"company": request.GET.get("name", "").replace("\0", "")[:120]}), 200
    if request.method == "POST":
        form, named = PairForm(request.POST), {}

        def act(said: dict[str, Any]) -> None:
            for field in ("company", "other"):
                named[field] = found_in.company_named(person, zone, said[field]).pk

        if done(form, act):
            return redirect(_pair_href(code, named["company"], named["other"]))
        status = 422
    company, judged = _number(request.GET.get("company", "")) or None, request.GET.get("judged") == "yes"
    pairs, first = found_in.likely_duplicates(zone, company=company, with_judged=judged), position(request)
    rows = [_pair_row(code, one) for one in pairs[first : first + PAGE_SIZE]]
    context = {
        "rows": rows, "form": form, "judged": judged, "company": company, "count": len(pairs),
        "merges": list(found_in.merges_listed(person, zone)[:PAGE_SIZE]),
        "own_path": reverse("duplicates", args=[code]) if request.method == "POST" else None,
        **turned(request, first, len(rows), len(pairs)),
    }  # fmt: skip
    return page(request, "zones/duplicates.html", context, zone=zone, section="companies", status=status)


def _pair_href(code: str, one: int, other: int) -> str:
    return reverse("same-company", args=[code, one]) + f"?with={other}"


def _pair_row(code: str, one: found_in.Likely) -> dict[str, Any]:
    left, right = differing(one.one.name, one.other.name)
    words = {IDENT: _("same number"), NAME: _("same name"), LIKE: _("like name")}
    return {
        "one": one.one, "other": one.other, "left": left, "right": right, "by": words[one.pair.by], "word": one.word,
        "score": round(one.pair.score), "why": [say(language(), sentence) for sentence in one.pair.evidence],
        "href": _pair_href(code, int(one.one.id), int(one.other.id)),
    }  # fmt: skip


@require_GET
def same_company(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Two companies side by side, what a merging would move, and the two answers."""
    return _pair_page(request, code, pk, _number(request.GET.get("with", "")))


def _pair_page(request: HttpRequest, code: str, pk: int, other: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    person = allowed(request, POWER)
    zone = queries.zone_visible(person, code)
    one, two = found_in.two_seen(person, zone, pk, other)
    known, known_other, register = found_in.known_pair(one, two)
    said = held_together(known, known_other, register)
    impossible = ""
    try:
        demand_one_firm(known, known_other)
    except Refused as refused:
        impossible = refused.sentence(language())
    companies = ((one.pk, _choice(one)), (two.pk, _choice(two)))
    keeps = two if two.uscc and not one.uscc else one
    context = {
        "one": one, "two": two, "names": [known, known_other], "score": round(said.score),
        "why": [say(language(), sentence) for sentence in said.evidence], "impossible": impossible,
        "unlike": said.decision == DIFFERENT and not impossible,
        "facts": _side_by_side(person, one, two), "counts": _counts(one, two),
        "word": found_in.told_apart(one, two),
        "form": forms.get("form") or MergeForm(companies=companies, initial={"keep": keeps.pk}),
        "apart": forms.get("apart") or ApartForm(prefix="apart"),
        "own_path": _pair_href(code, one.pk, two.pk) if request.method == "POST" else None,
    }  # fmt: skip
    return page(request, "zones/same_company.html", context, zone=zone, section="companies", status=status)


def _choice(company: Company) -> str:
    return f"{company.name} ({company.uscc})" if company.uscc else f"{company.name} ({company.pk})"


def _counts(one: Company, two: Company) -> list[tuple[str, int, int]]:
    """How many rows of each kind each of the two has, for the kinds of which there are any."""
    told = found_in.counts_held((one.pk, two.pk), actions.MOVES)
    words = dict.fromkeys(move.word for move in actions.MOVES.values() if move.word)
    rows = [(say(language(), word), told[one.pk].get(word, 0), told[two.pk].get(word, 0)) for word in words]
    return [row for row in rows if row[1] or row[2]]


def _side_by_side(person: Person, one: Company, two: Company) -> list[dict[str, Any]]:
    """Every kind and period of which either knows something: what each knows, and whether they contradict each other."""
    facts = found_in.facts_side_by_side(person, (one, two))
    places: dict[tuple[str, str], list[list[Fact]]] = {}
    for column, company in enumerate((one, two)):
        for fact in facts.get(company.pk, ()):
            places.setdefault((fact.kind, fact.period), [[], []])[column].append(fact)
    rows = []
    for (_kind, period), cells in places.items():
        values = [list(dict.fromkeys(_value(fact) for fact in some)) for some in cells]
        single = cells[0] and cells[1] and (cells[0] + cells[1])[0].kind in found_in.SINGLE
        rows.append(
            {
                "kind": (cells[0] + cells[1])[0].get_kind_display(), "period": period,
                "one": list(zip(values[0], cells[0], strict=False)), "two": list(zip(values[1], cells[1], strict=False)),
                "differs": bool(single) and set(values[0]) != set(values[1]),
            }
        )  # fmt: skip
    return rows


def _value(fact: Fact) -> str:
    if fact.kind in AMOUNTS and fact.number is not None:
        return _("%(amount)s yuan") % {"amount": f"{Decimal(yuan_of(fact.number)):,}"}
    if fact.kind in (Fact.Kind.ABOVE_SCALE, Fact.Kind.ANCHOR):
        return _("yes") if fact.number else _("no")
    if fact.kind == Fact.Kind.STATE:
        return str(Fact.State(fact.text).label) if fact.text in Fact.State.values else fact.text
    return fact.text or ("–" if fact.number is None else str(fact.number))


@require_POST
def merge(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The two are one."""
    person = allowed(request, POWER)
    zone = queries.zone_visible(person, code)
    other = _number(request.POST.get("with", ""))
    one, two = found_in.two_seen(person, zone, pk, other)
    form = MergeForm(request.POST, companies=((one.pk, _choice(one)), (two.pk, _choice(two))))

    def act(said: dict[str, Any]) -> None:
        gone = two if said["keep"] == one.pk else one
        wanted = actions.Merging(gone.pk, said["keep"], said["reason"], said["name_was"], said["name_until"])
        row = actions.merge_companies(person, zone=zone, merging=wanted)
        told = _("Merged: %(merged)s is %(survivor)s now. This can be undone as a whole.")
        messages.success(request, told % {"merged": row.merged_name, "survivor": row.survivor_name})

    if done(form, act):
        return redirect("company", code, form.cleaned_data["keep"])
    return _pair_page(request, code, pk, other, status=422, form=form)


@require_POST
def apart(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The two are two firms."""
    person = allowed(request, POWER)
    zone = queries.zone_visible(person, code)
    other = _number(request.POST.get("with", ""))
    found_in.two_seen(person, zone, pk, other)
    form = ApartForm(request.POST, prefix="apart")
    if done(form, lambda said: actions.tell_apart(person, zone=zone, one=pk, other=other, reason=said["reason"])):
        messages.success(request, _("Two firms: the pair is not proposed again until something new is known of either."))
        return redirect("duplicates", code)
    return _pair_page(request, code, pk, other, status=422, apart=form)


@require_GET
def merge_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One merging: who, when, why, what went over; and its undo."""
    return _merge_page(request, code, pk)


def _merge_page(request: HttpRequest, code: str, pk: int, *, status: int = 200, **more: Any) -> HttpResponse:
    person = allowed(request, POWER)
    row = found_in.merge_visible(person, pk, code)
    words = [(say(language(), word), n) for word, n in actions.merge_counts(row)]
    context = {
        "row": row, "counts": words, "form": more.get("form") or UnmergeForm(), "findings": more.get("findings", []),
        "is_open": row.state == CompanyMerge.State.MERGED,
        "own_path": reverse("merge", args=[code, pk]) if request.method == "POST" else None,
    }  # fmt: skip
    return page(request, "zones/merge.html", context, zone=row.zone, section="companies", status=status)


@require_POST
def undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The two are two again."""
    person = allowed(request, POWER)
    row = found_in.merge_visible(person, pk, code)
    form = UnmergeForm(request.POST)
    if not form.is_valid():
        return _merge_page(request, code, pk, status=422, form=form)
    try:
        actions.undo_merge(person, merge_id=row.pk, reason=form.cleaned_data["reason"])
    except Refused as refused:
        if refused.status == 404:
            raise
        form.add_error(None, sentence_of(refused))
        told = [one.sentence(language()) for one in getattr(refused, "findings", ())]
        return _merge_page(request, code, pk, status=refused.status, form=form, findings=told)
    messages.success(request, _("Undone. Both companies are what they were before; the log keeps both acts."))
    return redirect("company", code, row.merged_id)
