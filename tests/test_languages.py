"""Chinese is complete, both languages fill the same gaps, and the catalogues hold what the sources say today."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from conftest import skip_or_fail
from xinya.cli.house import compile_catalogues, renew_catalogues

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "xinya" / "locale"
GAP = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
pytestmark = pytest.mark.house


def catalogue(language: str, locale: Path = LOCALE) -> Catalog:
    with (locale / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def sentences(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [str(form) for form in text or ()]  # type: ignore[attr-defined]


def gaps(text: str) -> list[str]:
    return sorted(match.group() for match in GAP.finditer(text.replace("%%", "")))


def key(message: Message) -> tuple[str | None, str]:
    return message.context, forms(message.id)[0]


def test_every_sentence_is_there_in_chinese() -> None:
    messages = list(sentences("zh_Hans"))
    assert len(messages) > 50
    assert [message.id for message in messages if not all(forms(message.string))] == []


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_no_sentence_waits_for_a_second_look(language: str) -> None:
    assert [message.id for message in sentences(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_translation_has_the_gaps_of_its_original(language: str) -> None:
    wrong = []
    for message in sentences(language):
        allowed = {tuple(gaps(form)) for form in forms(message.id)}
        wrong += [(message.id, form) for form in forms(message.string) if form and tuple(gaps(form)) not in allowed]
    assert wrong == []


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_the_head_of_a_catalogue_names_its_language_and_no_invented_author(language: str) -> None:
    head = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text("utf-8").split("\n\n")[0]
    assert f'"Language: {language}\\n"' in head
    assert "AUTHOR" not in head
    assert "FULL NAME" not in head


def test_both_catalogues_hold_the_same_sentences() -> None:
    assert {key(message) for message in sentences("zh_Hans")} == {key(message) for message in sentences("en")}


def test_the_catalogues_hold_what_the_sources_say(tmp_path: Path) -> None:
    if not all(shutil.which(program) for program in ("xgettext", "msgmerge", "msguniq", "msgattrib")):
        skip_or_fail("GETTEXT", "GNU gettext is not installed")
    copy = tmp_path / "xinya"
    shutil.copytree(ROOT / "xinya", copy, ignore=shutil.ignore_patterns("__pycache__", "tests", "*.mo", "*.csv"))
    renew_catalogues(copy)
    for language in ("zh_Hans", "en"):
        renewed = {key(message) for message in catalogue(language, copy / "locale") if message.id}
        kept = {key(message) for message in sentences(language)}
        assert renewed - kept == set(), "run `xinya site messages --renew` and translate"
        assert kept - renewed == set(), "run `xinya site messages --renew`: these sentences are gone"


def test_a_compiled_catalogue_answers_and_leaves_out_what_is_fuzzy(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    body = 'msgid "gap"\nmsgstr "缺口"\n\n#, fuzzy\nmsgid "weak"\nmsgstr "也许弱"\n'
    (folder / "django.po").write_text(head + body, "utf-8")
    assert compile_catalogues(tmp_path) == [(folder / "django.mo", 1)]
    import gettext

    answered = gettext.translation("django", tmp_path, ["zh_Hans"])
    assert (answered.gettext("gap"), answered.gettext("weak")) == ("缺口", "weak")


def test_months_and_days_of_the_week_keep_the_framework_s_own_words() -> None:
    """A heading of ours that is spelled like a month must not become its translation."""
    import datetime

    from django.utils import translation
    from django.utils.formats import date_format

    with translation.override("zh-hans"):
        months = [date_format(datetime.date(2026, month, 1), "F") for month in range(1, 13)]
        days = [date_format(datetime.date(2026, 6, day), "l") for day in range(1, 8)]
    assert months == [f"{n}月" for n in ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")]
    assert days == [f"星期{n}" for n in "一二三四五六日"]
