"""A file handed over: to be saved, never shown."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from xinya.kit.attachments import give_out

from ..actions.attachments import open_attachment
from ..queries import signed_in


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes of one file that this person sees."""
    row = open_attachment(signed_in(request), attachment_id=pk)
    return give_out(row.stored, row.name)
