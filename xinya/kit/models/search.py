"""Which rows the search index does not hold yet as they are, which index is in use, and the list of own words."""

from django.db import models
from django.db.models import Q


class SearchMark(models.Model):
    """A record that changed. version: drawn anew by every change, so that a mark is cleared only by who indexed the last one.

    is_hidden: nobody may find the record from now on, whatever the index still holds.
    """

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=80)
    version = models.BigIntegerField()
    is_hidden = models.BooleanField(default=False)

    class Meta:
        db_table = "kit_search_mark"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="kit_search_mark_once")]
        indexes = [models.Index(fields=["is_hidden"], condition=Q(is_hidden=True), name="kit_search_mark_hidden")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class SearchIndex(models.Model):
    """The one row that names the folder of the index in use, and the one before, which readers may still have open.

    It is no part of a backup: a restored database has no index until one is built from its rows.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    folder = models.CharField(max_length=40)
    previous = models.CharField(max_length=40, blank=True)
    built_at = models.DateTimeField()

    class Meta:
        db_table = "kit_search_index"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="kit_search_index_single")]

    def __str__(self) -> str:
        return self.folder


class SearchWord(models.Model):
    """A word of the trade that segmentation would cut apart. Removed words stay with the day they went."""

    word = models.CharField(max_length=30)
    added_by = models.CharField(max_length=150)
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "kit_search_word"
        ordering = ["word", "id"]
        constraints = [models.UniqueConstraint(fields=["word"], condition=Q(removed_at=None), name="kit_search_word_once")]

    def __str__(self) -> str:
        return self.word
