"""A file handed over, to be saved and never shown; a file brought to a promise."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.attachments import give_out
from xinya.kit.pages import sentence_of
from xinya.kit.refusals import Refused

from ..actions.attachments import NewFile, add_attachment, open_attachment
from ..forms.attachments import FileForm
from ..queries import promise_visible, signed_in
from .promises import promise_page


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes of one file that this person sees."""
    row = open_attachment(signed_in(request), attachment_id=pk)
    return give_out(row.stored, row.name)


@require_POST
def add_to_promise(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Add a file, the proof for one, to a promise, or say beside it why it is not taken."""
    person = signed_in(request)
    promise = promise_visible(person, code, pk)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            wanted = NewFile(file.name, file.read(), form.cleaned_data["secrecy"])
            add_attachment(person, owner_kind="promise", owner_id=promise.pk, file=wanted)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            form.add_error("file", sentence_of(refused))
        else:
            messages.success(request, _("The file is kept."))
            return redirect("promise", code, pk)
    return promise_page(request, code, pk, file_form=form, status=422)
