"""A demonstration is told from a house in use by its own mark, never by its name or its path."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from xinya.kit.audit import record
from xinya.site.marks import check_before_serving, is_marked_demo, is_untouched, mark_as_demo

pytestmark = pytest.mark.django_db(transaction=True)


def test_fresh_tables_are_untouched_and_no_demonstration() -> None:
    assert is_untouched()
    assert not is_marked_demo()


def test_one_row_makes_a_database_somebodys() -> None:
    with transaction.atomic():
        record("a", "b", "c")
    assert not is_untouched()


def test_a_mark_holds_and_may_be_set_again() -> None:
    mark_as_demo()
    mark_as_demo()
    assert is_marked_demo()


def test_a_demonstration_is_not_served_as_a_house_in_use() -> None:
    check_before_serving()
    mark_as_demo()
    with pytest.raises(ImproperlyConfigured):
        check_before_serving()


def test_a_house_in_use_is_not_served_as_a_demonstration(settings: Any) -> None:
    settings.IS_DEMO = True
    with pytest.raises(ImproperlyConfigured):
        check_before_serving()
    mark_as_demo()
    check_before_serving()
