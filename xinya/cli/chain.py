"""`xinya chain …`: diagnose a company list, check and export packs; no database, no Django."""

import argparse
import datetime
import json
import sys
from pathlib import Path

from xinya.chain.engine import Atlas, Limits
from xinya.chain.engine.report import Company, Report, report
from xinya.chain.files import (
    join_packs,
    listed_companies,
    pack_from_folder,
    pack_from_path,
    placer_for,
    shipped_atlas,
    shipped_packs,
)
from xinya.chain.files.exchange import chains_object, diagnosis_object, verdicts_csv
from xinya.kit.days import day_written
from xinya.kit.refusals import Refused, concerning
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.zones.files import CompanyLine, read_companies
from xinya.zones.files.columns import COLUMNS

from .chain_complexity import add_complexity
from .chain_esri import add_esri
from .chain_exchange import add_edit_pack, add_exchange
from .chain_inputs import add_proposals, add_sourcing
from .chain_links import add_links
from .chain_measures import add_measures
from .chain_place import add_place
from .chain_risk import add_risk
from .chain_text import html_page, terminal_text
from .chain_what_if import add_candidates, add_what_if

LARGEST_LIST = 20_000_000


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    top = commands.add_parser("chain", help="chains: diagnose, complexity, check-pack, export").add_subparsers(
        metavar="VERB", required=True
    )
    verb = top.add_parser("diagnose", help="where a zone's chains are missing, thin, weak, dependent or extendable")
    verb.add_argument(
        "companies",
        type=Path,
        metavar="COMPANIES",
        help=f"xlsx or CSV with the columns {_heads(is_required=True)}; also read: {_heads(is_required=False)}",
    )
    verb.add_argument("--chain", action="append", default=[], metavar="CODE", help="only this chain; may be given again")
    verb.add_argument("--outside", type=Path, metavar="FILE", help="known makers outside the zone, same columns")
    verb.add_argument(
        "--pack",
        action="append",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="use these packs in place of the shipped ones",
    )
    verb.add_argument("--as-of", default=None, metavar="DAY", help="the day the list stands for (default: today)")
    form = verb.add_mutually_exclusive_group()
    for name in ("html", "csv", "json"):
        form.add_argument(f"--{name}", action="store_const", dest="form", const=name)
    _language(verb)
    verb.set_defaults(run=run_diagnose, form="text")
    add_what_if(top)
    add_candidates(top)
    add_complexity(top)
    add_esri(top)
    add_risk(top)
    add_sourcing(top)
    add_proposals(top)
    add_exchange(top)
    add_edit_pack(top)
    add_place(top)
    add_measures(top)
    add_links(top)
    verb = top.add_parser("check-pack", help="every defect of a pack, by file and row")
    verb.add_argument("packs", nargs="+", type=Path, metavar="PATH")
    verb.add_argument("--rewrite", action="store_true", help="write the files again in canonical form")
    verb.add_argument("--hints", action="store_true", help="also name what is often wrong and sometimes the truth of the trade")
    _language(verb)
    verb.set_defaults(run=run_check_pack)
    verb = top.add_parser("diff-pack", help="what changed from one version of a pack to another")
    verb.add_argument("old", type=Path, metavar="OLD")
    verb.add_argument("new", type=Path, metavar="NEW")
    verb.add_argument("--chain", default="", metavar="CODE", help="which pack of a zip that holds several")
    verb.add_argument("--json", action="store_true", help="for other programs")
    _language(verb)
    verb.set_defaults(run=run_diff_pack)
    verb = top.add_parser("shared", help="the segments that stand in several chains, each one node, as a table for docs")
    verb.add_argument("--json", action="store_true", help="for other programs")
    _language(verb)
    verb.set_defaults(run=run_shared)
    verb = top.add_parser("export", help="the shipped chains as JSON")
    verb.add_argument("--json", action="store_true", required=True)
    verb.add_argument("--chain", action="append", default=[], metavar="CODE")
    _language(verb)
    verb.set_defaults(run=run_export)


def _heads(*, is_required: bool) -> str:
    """The heads of a company list in both languages, as argparse takes them: a per cent sign would be a placeholder."""
    heads = (f"{column.zh} [{column.en}]" for column in COLUMNS if column.required == is_required)
    return ", ".join(heads).replace("%", "%%")


def _language(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")


def _day(text: str | None) -> datetime.date | None:
    try:
        return None if text is None else day_written(text)
    except ValueError as error:
        raise Refused("day-wrong", _("%(day)s is not a day written YYYY-MM-DD."), day=text) from error


def read_list(path: Path) -> list[CompanyLine]:
    """The company list in a file, judged by its size before it is read."""
    if not path.is_file():
        raise Refused("no-such-file", _("There is no file %(file)s."), file=str(path))
    if path.stat().st_size > LARGEST_LIST:
        raise Refused("too-large", _("%(file)s is larger than 20 MB."), file=path.name)
    return read_companies(path.read_bytes(), path.name)


def diagnose_file(
    path: Path,
    *,
    chains: list[str],
    outside: Path | None = None,
    packs: list[Path] | None = None,
    as_of: datetime.date | None = None,
) -> Report:
    """The report of a company list, with no database."""
    atlas = _atlas(chains, packs or [])
    here = listed_companies(read_list(path), placer_for(atlas), atlas)
    there = outside_companies(outside, atlas)
    return report(atlas, here, as_of=as_of or datetime.datetime.now().astimezone().date(), outside=there, limits=Limits())


def outside_companies(path: Path | None, atlas: Atlas) -> list[Company] | None:
    """The known makers of a file, placed on the atlas; None without a file."""
    with concerning(f"--outside {path}"):
        return None if path is None else listed_companies(read_list(path), placer_for(atlas), atlas)


def _atlas(chains: list[str], folders: list[Path]) -> Atlas:
    if not folders:
        return shipped_atlas(chains or None)
    packs = [pack_from_folder(f) for f in folders]
    known = [p.code for p in packs]
    for code in chains:
        if code not in known:
            raise Refused(
                "unknown-chain",
                _("There is no chain %(chain)s; the chains are %(known)s."),
                chain=code,
                known=", ".join(known),
            )
    return join_packs(
        [p for p in packs if not chains or p.code in chains],
        homes=[*packs, *(p for p in shipped_packs() if p.code not in known)],
    )


def run_diagnose(arguments: argparse.Namespace) -> int:
    made = diagnose_file(
        arguments.companies,
        chains=arguments.chain,
        outside=arguments.outside,
        packs=arguments.pack,
        as_of=_day(arguments.as_of),
    )
    if arguments.form == "json":
        print(json.dumps(diagnosis_object(made, arguments.language), ensure_ascii=False, indent=1))
    elif arguments.form == "csv":
        sys.stdout.buffer.write(verdicts_csv(made, arguments.language))
    elif arguments.form == "html":
        print(html_page(made, arguments.language, title=arguments.companies.stem))
    else:
        print(terminal_text(made, arguments.language, title=arguments.companies.stem))
    return 0


def run_check_pack(arguments: argparse.Namespace) -> int:
    """Name every defect; exit code 1 when there is one."""
    from xinya.chain.files.folders import check_folders, pack_folders

    folders = [folder for path in arguments.packs for folder in pack_folders(path)]
    checked = check_folders([f.resolve() for f in folders], is_rewritten=arguments.rewrite)
    defects, hints = checked.defects, checked.hints
    for defect in defects:
        print(defect.sentence(arguments.language))
    for hint in hints if arguments.hints else ():
        print(say(arguments.language, _("hint: %(sentence)s"), sentence=hint.sentence(arguments.language)))
    for pack in checked.packs:
        count = sum(1 for d in defects if d.pack == (pack.code or pack.name))
        own = [r for r in pack.segments if not r["home"]]
        aliases = sum(len([a for a in r["aliases"].split(";") if a]) for r in own) / max(1, len(own))
        print(
            say(
                arguments.language,
                _(
                    "%(pack)s %(version)s: %(segments)s segments (%(shared)s shared), %(inputs)s inputs, "
                    "%(aliases)s aliases a segment, %(defects)s defects, %(hints)s hints"
                ),
                pack=pack.code or pack.name,
                version=pack.version or "–",
                segments=len(pack.segments),
                shared=len(pack.segments) - len(own),
                inputs=len(pack.inputs),
                aliases=f"{aliases:.2f}",
                defects=count,
                hints=sum(1 for h in hints if h.pack == (pack.code or pack.name)),
            )
        )
    return 1 if defects else 0


def run_diff_pack(arguments: argparse.Namespace) -> int:
    """Name every change; exit code 1 when there is one, as `diff` does."""
    from xinya.chain.files.difference import difference, difference_object

    new = pack_from_path(arguments.new.resolve(), arguments.chain)
    old = pack_from_path(arguments.old.resolve(), arguments.chain or new.code)
    changes = difference(old, new)
    if arguments.json:
        print(json.dumps(difference_object(old, new), ensure_ascii=False, indent=1))
        return 1 if changes else 0
    words = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
    for change in changes:
        print(f"{change.table}: {say(arguments.language, words[change.kind])}: {change.key} {change.name}".rstrip())
        for column, (before, after) in (change.cells or {}).items():
            print(f"    {column}: {before or '–'} → {after or '–'}")
    print(
        say(
            arguments.language, _("%(count)s changes from %(old)s to %(new)s"), count=len(changes), old=old.version, new=new.version
        )
    )
    return 1 if changes else 0


def run_shared(arguments: argparse.Namespace) -> int:
    from xinya.chain.files.shared import shared_segments, shared_table

    if arguments.json:
        print(json.dumps([row._asdict() for row in shared_segments(shipped_atlas())], ensure_ascii=False, indent=1))
    else:
        print(shared_table(shipped_atlas(), arguments.language), end="")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    print(json.dumps(chains_object(shipped_atlas(arguments.chain or None)), ensure_ascii=False, indent=1))
    return 0
