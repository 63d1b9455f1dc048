"""One exception for everything the product refuses: a code for programs, a sentence for people. No Django."""

from collections.abc import Iterator
from contextlib import contextmanager

from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

WHERE_ROW_COLUMN = _("Row %(row)s, column %(column)s: %(sentence)s")
WHERE_ROW = _("Row %(row)s: %(sentence)s")
WHERE_ROWS = _("Rows %(row)s: %(sentence)s")
WHERE_COLUMN = _("Column %(column)s: %(sentence)s")
WHERE_FILE = _("%(file)s: %(sentence)s")


class Refused(Exception):
    """Raised before anything is stored.

    code: kebab-case, stable, for programs. message: English sentence with `%(name)s` placeholders, marked with
    `gettext_noop` where it is written. row: from 1, as a spreadsheet counts. status: the HTTP status the API answers with.
    concerns: which of several files or sheets is meant, where one is.
    """

    concerns: str | None = None

    def __init__(
        self,
        code: str,
        message: str,
        /,
        *,
        row: int | None = None,
        column: str | None = None,
        status: int = 422,
        **values: object,
    ) -> None:
        super().__init__(code)
        self.code, self.message, self.values = code, message, dict(values)
        self.row, self.column, self.status = row, column, status

    def sentence(self, language: str = "en") -> str:
        """The whole sentence, with its place where there is one."""
        sentence = self._placed(language)
        return sentence if self.concerns is None else say(language, WHERE_FILE, file=self.concerns, sentence=sentence)

    def _placed(self, language: str) -> str:
        text = say(language, self.message, **self.values)
        place = {"row": self.row, "column": self.column, "sentence": text}
        if self.row is not None and self.column is not None:
            return say(language, WHERE_ROW_COLUMN, **place)
        if self.row is not None:
            return say(language, WHERE_ROW, **place)
        if self.column is not None:
            return say(language, WHERE_COLUMN, **place)
        return text

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence('en')}"


@contextmanager
def concerning(file: str) -> Iterator[None]:
    """What is refused in here is refused of this file; of several places in it, each."""
    try:
        yield
    except Refused as refused:
        for one in (refused, *getattr(refused, "findings", ())):
            one.concerns = file if one.concerns is None else one.concerns
        raise


class Elsewhere(Refused):
    """What was asked for under one number is found under another now: pages lead there, an act is refused with the sentence."""

    def __init__(self, code: str, message: str, /, *, old: int, new: int, status: int = 409, **values: object) -> None:
        super().__init__(code, message, status=status)
        self.values.update(values)
        self.old, self.new = old, new


def demand(holds: bool, code: str, message: str, /, *, status: int = 403, **values: str | int) -> None:
    """Refuse unless `holds`."""
    if not holds:
        refused = Refused(code, message, status=status)
        refused.values.update(values)
        raise refused
