"""A long file that was looked at is not read once more for its comparison; short ones and other files are."""

from datetime import date

import pytest

from xinya.zones.engine.imports.desk import Given
from xinya.zones.files import import_reading
from xinya.zones.files.import_reading import check_file, look_at_file
from xinya.zones.tests.imports import company
from xinya.zones.tests.uploads import table

GIVEN = Given(date(2025, 12, 31))
LONG = table(*(company(number) for number in range(1, 2000)))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read from their bytes."""
    names: list[str] = []
    real = import_reading.read_book

    def counted(content: bytes, filename: str, **answers: str | None) -> import_reading.Book:
        names.append(filename)
        return real(content, filename, **answers)

    monkeypatch.setattr(import_reading, "read_book", counted)
    monkeypatch.setattr(import_reading, "_LOOKED_AT", import_reading._LookedAt())
    return names


def test_a_long_file_is_read_once_and_comes_out_the_same(read: list[str]) -> None:
    assert len(LONG) > import_reading.KEPT_FROM
    alone = check_file(LONG, "甲.csv", GIVEN)
    look_at_file(LONG, "甲.csv", GIVEN)
    after = check_file(LONG, "甲.csv", GIVEN)
    assert read == ["甲.csv", "甲.csv"]
    assert after.as_object() == alone.as_object()


def test_the_sheets_are_given_out_once_and_only_for_the_very_same_bytes_and_answers(read: list[str]) -> None:
    look_at_file(LONG, "甲.csv", GIVEN)
    check_file(LONG + b"\n", "甲.csv", GIVEN)
    check_file(LONG, "甲.csv", GIVEN, encoding="UTF-8")
    check_file(LONG, "甲.csv", GIVEN)
    check_file(LONG, "甲.csv", GIVEN)
    assert len(read) == 4


def test_a_short_file_is_not_kept(read: list[str]) -> None:
    short = table(company(1))
    look_at_file(short, "乙.csv", GIVEN)
    check_file(short, "乙.csv", GIVEN)
    assert read == ["乙.csv", "乙.csv"]
