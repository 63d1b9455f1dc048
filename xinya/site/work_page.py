"""Work for later as the system officer sees it: what waits, runs, has failed and why; a failed task is tried again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit import later_desk
from xinya.kit.pages import page
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop
from xinya.zones.models import Person
from xinya.zones.queries import signed_in
from xinya.zones.rules import has_power

NOT_HERE = gettext_noop("There is nothing here.")
SHOWN = 50


@require_GET
def work_page(request: HttpRequest) -> HttpResponse:
    """The queue in figures, then the tasks of each state."""
    _demand_officer(request)
    states = {state: later_desk.task_lines(state, most=SHOWN) for state in ("failed", "running", "waiting")}
    return page(request, "work.html", {"queue": later_desk.queue(), "shown": SHOWN, **states}, section="work")


@require_POST
def try_again(request: HttpRequest, task: str) -> HttpResponse:
    """A failed task is due again at once."""
    later_desk.try_again(_demand_officer(request), task_id=task)
    messages.success(request, _("The task is due again."))
    return redirect("work")


def _demand_officer(request: HttpRequest) -> Person:
    person = signed_in(request)
    demand(has_power(person, "see_health"), "not-found", NOT_HERE, status=404)
    return person
