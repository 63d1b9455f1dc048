"""A file brought to a company."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.pages import sentence_of
from xinya.kit.refusals import Refused
from xinya.zones.actions import NewFile, add_attachment
from xinya.zones.forms.attachments import FileForm
from xinya.zones.queries import company_visible, signed_in

from .companies import company_page


@require_POST
def add(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Add a file, or say beside it why it is not taken."""
    company = company_visible(signed_in(request), code, pk)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            wanted = NewFile(file.name, file.read(), form.cleaned_data["secrecy"])
            add_attachment(signed_in(request), owner_kind="company", owner_id=company.pk, file=wanted)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            form.add_error("file", sentence_of(refused))
        else:
            messages.success(request, _("The file is kept."))
            return redirect("company", code, pk)
    return company_page(request, code, pk, file_form=form, status=422)
