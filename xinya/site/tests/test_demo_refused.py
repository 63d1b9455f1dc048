"""What a load of the demonstration leaves when it is refused or fails: nothing."""

import pytest

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.site import demo
from xinya.site.marks import mark_as_demo
from xinya.zones.models import Person, Zone

pytestmark = pytest.mark.django_db


def test_a_database_that_is_no_demonstration_gets_neither_accounts_nor_zones() -> None:
    with pytest.raises(Refused, match="not-a-demo"):
        demo.load()
    with pytest.raises(Refused, match="not-a-demo"):
        demo.remove()
    assert not Person.objects.exists()
    assert not Zone.objects.exists()


def test_a_load_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    mark_as_demo()

    def broken() -> None:
        raise ValueError("the case is broken")

    monkeypatch.setattr(demo, "shipped_case", broken)
    with pytest.raises(ValueError, match="broken"):
        demo.load()
    assert not Person.objects.exists()
    assert not AuditRow.objects.exists()
