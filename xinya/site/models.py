"""What a database says of itself: whether it holds a demonstration, which may be loaded anew at every start."""

from django.db import models
from django.db.models import Q


class DatabaseMark(models.Model):
    """The one row of this table. A database without it is nobody's demonstration and is never touched by one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_demo = models.BooleanField()
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "house_mark"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="house_mark_single")]

    def __str__(self) -> str:
        return "demo" if self.is_demo else "in use"
