"""A report for people: the terminal's text and one HTML file that stands alone."""

import unicodedata
from collections.abc import Mapping, Sequence
from html import escape

from xinya.chain.engine.paragraph import gap_paragraph
from xinya.chain.engine.report import Report
from xinya.chain.engine.verdicts import GAPS, Finding
from xinya.chain.engine.wording import change_words, figure, percent, rule_words, word
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

SHOWN = 12
HEADS = (
    _("Verdict"),
    _("Segment"),
    _("Chains"),
    _("Score"),
    _("Demand"),
    _("Steps"),
    _("Needed by"),
    _("Makers"),
    _("Outside"),
)


def width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text + " " * (columns - width(text))
    kept = ""
    for c in text:
        if width(kept + c) > columns - 1:
            break
        kept += c
    return kept + "…" + " " * (columns - 1 - width(kept))


def row_cells(finding: Finding, made: Report, language: str, shown: Mapping[str, str] | None = None) -> list[str]:
    """The cells of one verdict, as the terminal, the HTML file and the page show them."""
    segment = made.atlas.segments[finding.segment]
    names = [(shown or {}).get(n.resident, n.resident) for n in finding.buyers]
    chains = [made.atlas.chain(c).name(language) for c in made.diagnosis.chains_known(finding.segment)]
    ready = f" · {say(language, READY)}" if finding.is_ready else ""
    joint = "、" if language == "zh" else ", "
    return [
        word(finding.kind, language) + ready,
        segment.name(language),
        joint.join(chains),
        figure(finding.score),
        figure(finding.demand),
        "–" if finding.depth is None else str(finding.depth),
        joint.join(names) or "–",
        str(finding.maker_count),
        "?" if finding.outside is None else str(len(finding.outside)),
    ]


READY = _("ready")


def headline(made: Report, language: str) -> str:
    """What the report finds, in one line."""
    d = made.diagnosis
    gaps = sum(1 for f in d.verdicts if f.kind in GAPS)
    return say(
        language,
        _("Chains: %(chains)s, gaps: %(gaps)s, verdicts: %(verdicts)s; companies: %(companies)s, texts nowhere: %(unplaced)s"),
        chains=len(d.chains),
        gaps=gaps,
        verdicts=len(d.verdicts),
        companies=len(made.companies),
        unplaced=len(made.unplaced),
    )


def chain_lines(made: Report, language: str) -> list[str]:
    """One line a chain: how much is known of it, and how complete it is."""
    lines = []
    for c in made.diagnosis.chains:
        name = made.atlas.chain(c.chain).name(language)
        if c.is_known:
            counts: dict[str, int] = {}
            for f in made.diagnosis.verdicts:
                if c.chain in made.atlas.chains_of[f.segment]:
                    counts[f.kind] = counts.get(f.kind, 0) + 1
            found = "  ".join(f"{word(k, language)} {n}" for k, n in counts.items())
            text = say(
                language,
                _("%(name)s: %(made)s of %(segments)s segments made here by %(residents)s companies"),
                name=name,
                made=c.made,
                segments=c.segments,
                residents=c.residents,
            )
            lines.append(
                f"{text}  {found}"
                + ("" if c.completeness != c.completeness else f"  {say(language, COMPLETE)} {percent(c.completeness)}")
            )
        else:
            lines.append(
                say(
                    language,
                    _("%(name)s: too little known (%(residents)s companies placed), so no verdicts"),
                    name=name,
                    residents=c.residents,
                )
            )
    return lines


COMPLETE = _("completeness")
GONE = _("Not counted, for the register says they ended or moved away (%(count)s): %(shown)s")
LISTED = 5


def _gone(made: Report, language: str, most: int | None = None) -> str:
    """The companies that the register knows as ended or moved away, each with its standing; at most so many are named."""
    named = [f"{c.name} ({c.standing})" if language != "zh" else f"{c.name}（{c.standing}）" for c in made.gone[:most]]
    return ("；" if language == "zh" else "; ").join(named)


def terminal_text(made: Report, language: str, *, title: str = "", zone: str = "", names: Mapping[str, str] | None = None) -> str:
    """The report as the terminal prints it."""
    out = [f"{title}  {made.as_of.isoformat()}", headline(made, language), "", *chain_lines(made, language), ""]
    verdicts = made.diagnosis.verdicts
    awaited = made.diagnosis.most_awaited()
    if awaited is not None:
        out += [*_paragraph(gap_paragraph(made, awaited.segment, language, zone=zone, names=names), 100), ""]
    widths = (17, 24, 30, 6, 8, 5, 44, 6, 7)
    out.append("  ".join(_cut(say(language, h), w) for h, w in zip(HEADS, widths, strict=True)).rstrip())
    for finding in verdicts[:SHOWN]:
        out.append("  ".join(_cut(c, w) for c, w in zip(row_cells(finding, made, language, names), widths, strict=True)).rstrip())
    if len(verdicts) > SHOWN:
        out.append(say(language, _("… and %(more)s more (--csv, --json or --html for all)"), more=len(verdicts) - SHOWN))
    if made.gone:
        out += ["", say(language, GONE, count=len(made.gone), shown=_gone(made, language, LISTED))]
    if made.unplaced:
        colon = "：" if language == "zh" else ": "
        shown = ("；" if language == "zh" else "; ").join(f"{company}{colon}{text}" for company, text in made.unplaced[:5])
        out += [
            "",
            say(
                language,
                _("Texts without a segment (%(count)s), the commonest cause of a false gap: %(shown)s"),
                count=len(made.unplaced),
                shown=shown,
            ),
        ]
    return "\n".join(out)


def _paragraph(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns: broken at spaces in English, anywhere but before punctuation in Chinese."""
    joint = "" if any("\u4e00" <= c <= "\u9fff" for c in text[:12]) else " "
    lines, line = [], ""
    for piece in text.split(" ") if joint else text:
        longer = f"{line}{joint}{piece}" if line else piece
        if width(longer) > columns and piece not in "，。；：、）”":
            lines.append(line)
            longer = piece
        line = longer
    return [*lines, line]


STYLE = """
body { font: 15px/1.6 "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 24px auto; max-width: 1200px;
  padding: 0 16px; color: #1b2426; background: #fafaf7 }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th, td { text-align: left; vertical-align: top; padding: 7px 8px; border-bottom: 1px solid #dde1dc }
thead th { border-bottom: 1px solid #7c8884 }
td.n { text-align: right }
.wrap { overflow-x: auto }
"""
PAGE = """<!doctype html>
<html lang="{code}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · 新芽 Xinya</title><style>{style}</style></head>
<body><main>
<h1>{title}</h1>
<p>{day} · {headline}</p>{gone}
<ul>{chains}</ul>
<div class="wrap" tabindex="0" role="region" aria-label="{label}">
<table id="verdicts"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>
<h2>{unplaced_title}</h2>
<ul>{unplaced}</ul>
</main></body></html>"""


def html_page(made: Report, language: str, *, title: str) -> str:
    """One HTML file with everything in it: nothing is fetched when it is opened."""
    rows = "".join(_html_row(f, made, language) for f in made.diagnosis.verdicts)
    heads = "".join(f'<th scope="col">{escape(say(language, h))}</th>' for h in (*HEADS, WHY))
    chains = "".join(f"<li>{escape(line)}</li>" for line in chain_lines(made, language))
    unplaced = "".join(f"<li>{escape(company)}: {escape(text)}</li>" for company, text in made.unplaced)
    return PAGE.format(
        code="zh-Hans" if language == "zh" else "en",
        title=escape(title),
        style=STYLE,
        day=made.as_of.isoformat(),
        headline=escape(headline(made, language)),
        gone=f"\n<p>{escape(say(language, GONE, count=len(made.gone), shown=_gone(made, language)))}</p>" if made.gone else "",
        chains=chains,
        label=escape(say(language, TABLE)),
        heads=heads,
        rows=rows,
        unplaced_title=escape(say(language, UNPLACED)),
        unplaced=unplaced or "<li>–</li>",
    )


WHY, TABLE, UNPLACED = _("Why, and what would change it"), _("Verdicts"), _("Texts without a segment")


def _html_row(finding: Finding, made: Report, language: str) -> str:
    limits = made.diagnosis.limits
    why = " ".join([rule_words(finding, limits, language), *change_words(finding, limits, language)])
    cells: Sequence[str] = [*row_cells(finding, made, language), why]
    numeric = {3, 4, 5, 7, 8}
    body = "".join(f'<td class="n">{escape(c)}</td>' if i in numeric else f"<td>{escape(c)}</td>" for i, c in enumerate(cells))
    return f'<tr data-segment="{escape(finding.segment)}" data-kind="{finding.kind}">{body}</tr>'
