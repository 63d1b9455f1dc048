"""The columns of a company list: heads in Chinese and English, and where they stand in a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from xinya.kit.refusals import Refused
from xinya.kit.sheet_scan import HEAD_ROWS
from xinya.kit.text import gettext_noop as _
from xinya.zones.files.cells import narrow, text_of

MISSING = _("The table lacks these columns: %(missing)s.")
TWICE = _("This column stands in the table twice; keep one.")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, its heads in both languages, further heads in use, and what to enter."""

    field: str
    zh: str
    en: str
    explained: str
    also: tuple[str, ...] = ()
    required: bool = False

    def head(self, language: str) -> str:
        """The head in "zh" or "en"."""
        return self.zh if language == "zh" else self.en


TEN_THOUSAND_YUAN = ("10k CNY", "10k yuan", "10k RMB", "10,000 CNY", "10,000 yuan", "10,000 RMB", "ten thousand yuan")
COLUMNS = (
    Column(
        "name",
        "企业名称",
        "company",
        _("Registered name, at most 120 characters; each company once."),
        also=("公司名称", "单位名称", "company name", "name", "enterprise", "enterprise name"),
        required=True,
    ),
    Column(
        "uscc",
        "统一社会信用代码",
        "credit code",
        _("18 characters, kept as text; empty when unknown."),
        also=("信用代码", "社会信用代码", "uscc", "credit code (uscc)", "unified social credit code", "social credit code"),
        required=True,
    ),
    Column(
        "products",
        "主营产品",
        "main products",
        _("Products in the company's own words, parted by 、 or ; or line breaks."),
        also=("主要产品", "products", "main product", "product"),
        required=True,
    ),
    Column(
        "revenue_fen",
        "营业收入(万元)",
        "revenue (10k CNY)",
        _("Revenue of the year in units of 10,000 yuan; empty when unknown."),
        also=("revenue", *(f"{word} ({unit})" for word in ("revenue", "operating revenue") for unit in TEN_THOUSAND_YUAN)),
        required=True,
    ),
    Column(
        "above_scale",
        "是否规上",
        "above scale",
        _("Registered as above scale: yes or no; empty when unknown."),
        also=("规上", "是否规上企业", "is above scale", "above designated size"),
        required=True,
    ),
    Column(
        "anchor",
        "链主",
        "anchor",
        _("Yes for the anchor firm of a chain; empty means no."),
        also=("是否链主", "链主企业", "is anchor", "anchor firm", "anchor company"),
    ),
    Column("group", "所属集团", "group", _("Name of the group the company belongs to; empty when none.")),
    Column("state", "状态", "state", _("Planned, building or producing; empty means producing."), also=("status",)),
    Column(
        "segments",
        "环节",
        "segments",
        _("Codes of chain segments that a person has confirmed, parted by ;."),
        also=("segment",),
    ),
    Column(
        "shares",
        "产品收入占比(%)",
        "revenue shares (%)",
        _("Share of revenue of each product in percent, in the order of the products, parted by ;. Leave unknown ones empty."),
        also=("产品收入占比", "收入占比(%)"),
    ),
    Column(
        "region", "所在地区", "region", _("Province, or province and city; empty when unknown."), also=("地区", "省份", "province")
    ),
    Column(
        "standing",
        "登记状态",
        "standing in the register",
        _("As the register says: 存续, 注销, 吊销 and so on; empty when unknown."),
        also=("standing",),
    ),
)


@dataclass(frozen=True, slots=True)
class Heads:
    """The head row of a table: its row from 1, the place of each field (from 0), and each field's head as written."""

    row: int
    places: dict[str, int]
    labels: dict[str, str]
    repeated: str | None = None

    @property
    def missing(self) -> list[Column]:
        """Required columns that are not there, in the order of the template."""
        return [column for column in COLUMNS if column.required and column.field not in self.places]


def find_heads(rows: Sequence[Sequence[object]]) -> Heads:
    """The row with the most known heads among the first ten; row 1 without places when none is known."""
    best = Heads(1, {}, {})
    for row, cells in enumerate(rows[:HEAD_ROWS], 1):
        heads = _heads_in(row, cells)
        if len(heads.places) > len(best.places):
            best = heads
    return best


def demand_columns(heads: Heads) -> None:
    """Raises Refused wrong-columns, naming what is missing or stands there twice."""
    if heads.missing:
        names = "、".join(f"{column.zh} ({column.en})" for column in heads.missing)
        raise Refused("wrong-columns", MISSING, row=heads.row if heads.places else None, missing=names)
    if heads.repeated:
        raise Refused("wrong-columns", TWICE, row=heads.row, column=heads.repeated)


def _heads_in(row: int, cells: Sequence[object]) -> Heads:
    places: dict[str, int] = {}
    labels: dict[str, str] = {}
    repeated = None
    for place, cell in enumerate(cells):
        label = text_of(cell)
        known = _KNOWN.get(_key(label))
        if known is None:
            continue
        if known in places:
            repeated = repeated or label
        else:
            places[known], labels[known] = place, label
    return Heads(row, places, labels, repeated)


def _key(label: str) -> str:
    """Letters, digits and Chinese characters only, so that width, spaces, brackets and stars do not matter."""
    return "".join(character for character in narrow(label).casefold() if character.isalnum())


_KNOWN = {_key(label): column.field for column in COLUMNS for label in (column.zh, column.en, *column.also)}
