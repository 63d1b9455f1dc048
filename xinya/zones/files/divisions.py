"""Editions of divisions as CSV or xlsx, out and in: code, name, parent, days; of a zone's areas also share and part."""

from collections.abc import Callable, Iterable
from datetime import date

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.divisions import PART, WHOLE, Division, is_code, overlap
from xinya.zones.files.lines import ListRefused
from xinya.zones.files.small_tables import Line, day_in, read_lines, write_lines

MOST_ROWS = 60_000
LABELS = (
    _("Division code"), _("Name"), _("Parent"), _("In force from"), _("In force until"), _("Lies in the zone"), _("Which part"),
)  # fmt: skip
HEADS = {
    "code": ("代码", "区划代码", "行政区划代码", "division code", "code"),
    "name": ("名称", "区划名称", "单位名称", "name"),
    "parent": ("上级代码", "上级", "parent"),
    "since": ("生效日期", "起始日期", "in force from", "valid_from"),
    "until": ("失效日期", "截止日期", "in force until", "valid_to"),
    "share": ("在园区内", "lies in the zone", "share"),
    "within": ("具体范围", "范围", "which part", "within"),
}  # fmt: skip
SHARES = {"": "", "全部": WHOLE, "整体": WHOLE, WHOLE: WHOLE, "部分": PART, PART: PART}
NOT_A_CODE = _("“%(text)s” is no code of a division: 6, 9 or 12 digits, or a sign of the zone's own of 2 to 12 of A-Z, 0-9 and -.")
NO_NAME = _("The division %(code)s has no name of 1 to 60 characters.")
NOT_A_SHARE = _("“%(text)s” is neither whole nor part (全部, 部分).")
DAYS_TURNED = _("The last day, %(last)s, lies before the first, %(first)s.")
TWICE = _("The division %(code)s stands in row %(first)s for some of the same days.")


def read_divisions(content: bytes, filename: str) -> list[Division]:
    """All rows. Raises ListRefused with every finding by row and column, plain Refused for the whole file."""
    found: list[tuple[int, Division]] = []
    by_code: dict[str, list[tuple[int, Division]]] = {}
    wrong: list[Refused] = []
    for line in read_lines(content, filename, HEADS, ("code", "name"), most=MOST_ROWS):
        try:
            one = _division(line)
            earlier = next(((row, other) for row, other in by_code.get(one.code, ()) if overlap(one, other)), None)
            if earlier is not None:
                raise Refused("division-twice", TWICE, column=HEADS["code"][0], code=one.code, first=earlier[0])
        except Refused as refused:
            refused.row = line.row
            wrong.append(refused)
            continue
        by_code.setdefault(one.code, []).append((line.row, one))
        found.append((line.row, one))
    if wrong:
        raise ListRefused(wrong)
    return [one for _row, one in found]


def write_divisions(rows: Iterable[Division], language: str = "zh") -> bytes:
    """CSV that `read_divisions` reads again."""
    words = {"": "", WHOLE: "全部" if language == "zh" else WHOLE, PART: "部分" if language == "zh" else PART}
    cells = (
        (one.code, one.name, one.parent, _day(one.valid_from), _day(one.valid_to), words[one.share], one.within) for one in rows
    )
    return write_lines(LABELS, cells, language)


def division_in(
    code: str, name: str, *, parent: str = "", since: date | None = None, until: date | None = None, share: str = "",
    within: str = "",
) -> Division:  # fmt: skip
    """One division as it may be kept. Raises Refused code-wrong, name-wrong, share-wrong, day-wrong."""
    code, name, parent = code.strip().upper(), name.strip(), parent.strip().upper()
    for text in (code, parent or code):
        if not is_code(text):
            raise Refused("code-wrong", NOT_A_CODE, status=422, column=HEADS["code"][0], text=text[:20])
    if not 1 <= len(name) <= 60:
        raise Refused("name-wrong", NO_NAME, status=422, column=HEADS["name"][0], code=code)
    if share.strip().casefold() not in SHARES:
        raise Refused("share-wrong", NOT_A_SHARE, status=422, column=HEADS["share"][0], text=share[:20])
    if since is not None and until is not None and until < since:
        raise Refused("day-wrong", DAYS_TURNED, status=422, column=HEADS["until"][0], first=str(since), last=str(until))
    return Division(code, name, parent, since, until, SHARES[share.strip().casefold()], within.strip()[:1000])


def _division(line: Line) -> Division:
    cells = line.cells

    def day(column: str) -> date | None:
        return _told(column, lambda: day_in(cells[column]))

    return division_in(
        cells["code"].removesuffix(".0"), cells["name"], parent=cells["parent"].removesuffix(".0"), since=day("since"),
        until=day("until"), share=cells["share"], within=cells["within"],
    )  # fmt: skip


def _told(column: str, read: Callable[[], date | None]) -> date | None:
    try:
        return read()
    except Refused as refused:
        refused.column = HEADS[column][0]
        raise


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
