"""The list of own words, with which records and queries of search are cut: adding and removing one."""

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.models import SearchWord
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from ..models import Person
from .zones import demand_officer

MOST_WORDS = 2000
WORD_WRONG = _("A word has 2 to 30 letters or digits, without blanks or signs between them.")
WORD_THERE = _("The word %(word)s is in the list already.")
LIST_FULL = _("The list holds %(most)s words; remove one first.")
NO_WORD = _("There is no such word in the list.")


def add_search_word(actor: Person, *, word: str) -> SearchWord:
    """Keep a word of the trade whole, such as a material or a process. The index is built anew for it by the worker."""
    demand_officer(actor)
    word = word.strip()
    if not (2 <= len(word) <= 30 and plain(word).isalnum()) or any(c.isspace() for c in word):
        raise Refused("word-wrong", WORD_WRONG)
    with transaction.atomic():
        listed = list(SearchWord.objects.select_for_update().filter(removed_at=None).values_list("word", flat=True))
        demand(plain(word) not in map(plain, listed), "word-there", WORD_THERE, status=409, word=word)
        demand(len(listed) < MOST_WORDS, "list-full", LIST_FULL, status=409, most=MOST_WORDS)
        row = SearchWord.objects.create(word=word, added_by=str(actor)[:150])
        _mark_list()
        record(actor, "add-search-word", "search-word", row.pk, word=word)
    return row


def remove_search_word(actor: Person, *, word_id: int) -> SearchWord:
    """Let a word be cut as any other again; the row stays with the day it went."""
    demand_officer(actor)
    with transaction.atomic():
        row = SearchWord.objects.select_for_update().filter(pk=word_id, removed_at=None).first()
        if row is None:
            raise Refused("no-such-word", NO_WORD, status=404)
        row.removed_at = timezone.now()
        row.save(update_fields=["removed_at"])
        _mark_list()
        record(actor, "remove-search-word", "search-word", row.pk, word=row.word)
    return row


def _mark_list() -> None:
    """So that work waits for the worker, which compares the list with the one that its index was made of."""
    mark("own-words", ["list"])
