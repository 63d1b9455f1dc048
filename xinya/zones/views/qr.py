"""QR sign-in: the computer's pages (asking, waiting, collecting) and the phone's (seeing, picking the number)."""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xinya.kit.client import client_address, device_text, same_place
from xinya.kit.pages import page, sentence_of
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop

from ..actions import qr as actions
from ..actions import sessions
from ..engine import qr
from ..forms.sign_in import CodeForm
from ..models import SessionRecord
from ..queries import signed_in
from ..queries.sign_in import asked_sign_in, open_sessions
from .doors import let_in, safe_next, with_next
from .my_sign_in import qr_svg

OFF = gettext_noop("Signing in by phone is switched off here.")


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Every page of this flow: not when switched off, never cached, and its address told to nobody."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        demand(settings.QR_SIGN_IN, "qr-off", OFF, status=404)
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return never_cache(guarded)


@login_not_required
@_guarded
@require_http_methods(["GET", "POST"])
def computer(request: HttpRequest) -> HttpResponse:
    """POST: ask for a code. GET: show the one this browser asked for."""
    if request.method == "POST":
        _row, device_code = actions.ask(
            address=client_address(request), device=device_text(request), next_path=safe_next(request), now=timezone.now()
        )
        response = redirect("qr")
        response.set_cookie(
            settings.QR_COOKIE, device_code, max_age=int(qr.LIFE.total_seconds()), httponly=True,
            secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
        )  # fmt: skip
        return response
    asked = asked_sign_in(actions.digest(request.COOKIES.get(settings.QR_COOKIE, "")), timezone.now())
    if asked is None:
        return page(request, "zones/qr_over.html", status=404 if settings.QR_COOKIE in request.COOKIES else 200)
    address = f"{settings.ADDRESS}{reverse('qr-code', args=[asked.user_code])}"
    left = max(0, int((asked.expires_at - timezone.now()).total_seconds()))
    context = {
        "picture": qr_svg(address, _("QR code for signing in by phone")),
        "code": qr.shown_code(asked.user_code),
        "typed_at": f"{settings.ADDRESS}{reverse('qr-type')}",
        "number": asked.check_number,
        "seconds": left,
    }
    return page(request, "zones/qr_computer.html", context)


@login_not_required
@_guarded
@require_POST
def poll(request: HttpRequest) -> HttpResponse:
    """What became of it, for the page's script. Nothing is signed in here."""
    try:
        state = actions.poll(request.COOKIES.get(settings.QR_COOKIE, ""), now=timezone.now())
    except Refused as refused:
        return JsonResponse({"state": "slow_down"}, status=refused.status)
    return JsonResponse({"state": state})


@login_not_required
@_guarded
@require_POST
def collect(request: HttpRequest) -> HttpResponse:
    """The computer takes the sign-in that the phone approved; before that it is told to wait."""
    device_code = request.COOKIES.get(settings.QR_COOKIE, "")
    try:
        row = actions.collect(device_code, now=timezone.now())
    except Refused:
        if asked_sign_in(actions.digest(device_code), timezone.now()) is not None:
            messages.info(request, _("The phone has not answered yet."))
        return redirect("qr")
    assert row.person is not None  # noqa: S101  # collect() refuses a row without a person
    request.session.flush()  # whoever was signed in in this browser before is not any more
    response = let_in(request, row.person, way=SessionRecord.Way.QR, factor=row.factor, wanted=row.next_path)
    response.delete_cookie(settings.QR_COOKIE)
    messages.success(request, _("You are signed in by phone. It shows this computer in My sign-in and can end it there."))
    return response


def _phone(request: HttpRequest) -> actions.Phone:
    device = getattr(request.user, "otp_device", None)
    return actions.Phone(
        signed_in(request),
        client_address(request),
        datetime.datetime.fromtimestamp(request.session.get("proved", 0), datetime.UTC),
        device.persistent_id if device is not None else "",
        request.session.get("way") == SessionRecord.Way.QR,
    )


@_guarded
@require_http_methods(["GET", "POST"])
def type_code(request: HttpRequest) -> HttpResponse:
    """For phones that cannot scan: the code by hand."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("qr-code", qr.typed_code(form.cleaned_data["code"]) or "-")
    return page(request, "zones/qr_type.html", {"form": form})


@_guarded
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows which computer asks and changes nothing; POST sees, approves with a number, or refuses."""
    sessions.demand_own_sign_in(request.session)
    now = timezone.now()
    here = reverse("qr-code", args=[code])
    if not sessions.is_fresh(request.session, now=now, within=qr.FRESH):
        return redirect(with_next("prove", here))
    try:
        row = actions.find(code, phone=_phone(request), now=now)
        verb = request.POST.get("verb", "") if request.method == "POST" else ""
        answer = _act(request, code, verb, now) if verb else None
        if answer is not None:
            return answer
        row.refresh_from_db()
    except Refused as refused:
        if refused.code == "needs-touch":
            return redirect(with_next("prove", here))
        context = {"sentence": sentence_of(refused), "own_path": reverse("qr-type")}
        return page(request, "zones/qr_refused.html", context, status=refused.status)
    return page(
        request,
        "zones/qr_phone.html",
        {
            "row": row,
            "code": qr.shown_code(row.user_code),
            "site": settings.ADDRESS,
            "is_far": not same_place(row.address, client_address(request)),
            "own_path": here,
        },
    )


def _act(request: HttpRequest, code: str, verb: str, now: datetime.datetime) -> HttpResponse | None:
    here = _phone(request)
    if verb == "see":
        row = actions.see(here, code=code, now=now)
        # The key is asked for this very code, before the numbers are shown.
        touch = actions.needs_touch(here.person, row=row, address=here.address)
        target = reverse("qr-code", args=[code])
        return redirect(with_next("prove", target) if touch else target)
    if verb == "refuse":
        actions.refuse(here, code=code, now=now)
        return redirect("qr-done", "refused")
    if verb == "approve":
        picked = request.POST.get("number", "")
        number = int(picked) if picked.isascii() and picked.isdigit() and len(picked) < 4 else 0
        actions.approve(here, code=code, number=number, now=now)
        return redirect("qr-done", "approved")
    return None


@_guarded
@require_http_methods(["GET"])
def done(request: HttpRequest, state: str) -> HttpResponse:
    """The phone's last page: what was decided, and the list in which the computer can be ended."""
    demand(state in ("approved", "refused"), "qr-off", OFF, status=404)
    person = signed_in(request)
    lent = [s for s in open_sessions(person, timezone.now()) if s.way == SessionRecord.Way.QR]
    return page(request, "zones/qr_done.html", {"is_approved": state == "approved", "lent": lent})
