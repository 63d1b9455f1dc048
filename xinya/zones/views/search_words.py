"""The list of own words of search, for chain officers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.models import SearchWord
from xinya.kit.pages import page, sentence_of
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop

from .. import rules
from ..actions import add_search_word, remove_search_word
from ..forms.search_words import SearchWordForm
from ..queries import signed_in

NOTHING_HERE = gettext_noop("There is nothing here.")


def word_list(request: HttpRequest) -> HttpResponse:
    """The words in the list; adding one."""
    demand(rules.may_change_zones(signed_in(request)), "not-found", NOTHING_HERE, status=404)
    form, status = SearchWordForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                added = add_search_word(signed_in(request), word=form.cleaned_data["word"])
            except Refused as refused:
                form.add_error("word", sentence_of(refused))
                status = refused.status
            else:
                messages.success(request, _("%(word)s is kept whole as soon as the index is built anew.") % {"word": added.word})
                return redirect("search-words")
    rows = SearchWord.objects.filter(removed_at=None)
    return page(request, "zones/search_words.html", {"form": form, "rows": rows}, section="zones", status=status)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a word out of the list."""
    demand(rules.may_change_zones(signed_in(request)), "not-found", NOTHING_HERE, status=404)
    removed = remove_search_word(signed_in(request), word_id=pk)
    messages.success(request, _("%(word)s is out of the list.") % {"word": removed.word})
    return redirect("search-words")
