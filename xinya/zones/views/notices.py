"""A person's own notices: the list, what was read, how to be told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.pages import page
from xinya.kit.refusals import Refused

from ..actions import notice_choices as actions
from ..engine.notice_states import NOTICE_STATES, RECEIVER
from ..forms.notices import ChoiceForm
from ..models import Notice
from ..queries import signed_in, visible_to
from ..queries.notices import notice_choice

PAGE_SIZE = 50
MARKS = {"SENT": "ok", "WAITING": "run", "HELD": "run", "SENDING": "run", "FAILED": "bad", "UNSURE": "warn"}


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """The newest first, 50 a page, and the choices."""
    return _answer(request)


def _answer(request: HttpRequest, form: ChoiceForm | None = None, status: int = 200) -> HttpResponse:
    person = signed_in(request)
    asked = request.GET.get("from", "")
    first = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    rows, total = visible_to(person, Notice), visible_to(person, Notice).count()
    shown = [
        {
            "notice": n,
            "href": f"/{get_language()}{n.path}",
            "mark": MARKS[n.state],
            "may_ask": "ask-again" in NOTICE_STATES.verbs_from(n.state, (RECEIVER,)),
        }
        for n in rows[first : first + PAGE_SIZE]
    ]
    choice = notice_choice(person)
    initial = {name: getattr(choice, name) for name in ("channel", "webhook", "quiet_from", "quiet_until", "is_digest")}
    last = first + len(shown)
    context = {
        "told_in": "en" if person.language == "en" else "zh-Hans",
        "rows": shown, "total": total, "unread": rows.filter(read_at=None).count(),
        "first": first + 1 if shown else 0, "last": last, "form": form or ChoiceForm(person, initial=initial),
        "previous_href": f"?from={max(0, first - PAGE_SIZE)}" if first else "",
        "next_href": f"?from={last}" if last < total else "",
        "own_path": None if form is None else reverse("notices"),
    }  # fmt: skip
    return page(request, "zones/notices.html", context, section="notices", status=status)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """One notice, or all, were read; then on to what the notice tells of."""
    wanted = request.POST.get("notice", "")
    if not (wanted == "" or (wanted.isdecimal() and len(wanted) < 19)):
        raise Refused("no-such-notice", actions.NO_NOTICE, status=404)
    actions.mark_read(signed_in(request), notice_id=int(wanted) if wanted else None)
    return redirect("notices")


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a notice again that did not surely arrive."""
    actions.ask_again(signed_in(request), notice_id=pk)
    messages.success(request, _("It will be sent again."))
    return redirect("notices")


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """How to be told from now on."""
    person = signed_in(request)
    form = ChoiceForm(person, request.POST)
    if form.is_valid():
        c = form.cleaned_data
        wanted = actions.Choice(c["channel"], c["quiet_from"], c["quiet_until"], c["is_digest"], c.get("webhook", ""))
        actions.choose_notices(person, choice=wanted)
        messages.success(request, _("Your choice holds from now on."))
        return redirect("notices")
    return _answer(request, form, 422)
