"""`xinya verify`: golden cases through the public interface, one line a case. Without Django."""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import xinya.chain.golden
import xinya.chain.golden.complexity
import xinya.chain.golden.esri
import xinya.fund.golden
import xinya.kit.golden
import xinya.zones.golden
import xinya.zones.golden.briefing

TOLERANCE = 1e-9

RunCase = Callable[[Mapping[str, Any], Path], tuple[Any, Any]]
CasesOf = Callable[[Mapping[str, Any], str], Iterator[tuple[str, dict[str, Any]]]]


class FolderOfTables(Protocol):
    """What runs a case that is a folder of tables."""

    def recognises(self, folder: Path) -> bool: ...

    def differences_of(self, folder: Path) -> Iterator[str]: ...


KINDS: dict[str, RunCase] = {
    **{g.KIND: g.run_case for g in (xinya.chain.golden, xinya.kit.golden, xinya.fund.golden, xinya.zones.golden)},
    xinya.fund.golden.PACKAGE: xinya.fund.golden.run_case,
    xinya.zones.golden.BROKEN: xinya.zones.golden.run_case,
    xinya.zones.golden.briefing.KIND: xinya.zones.golden.briefing.run_case,
}
"""What runs a case, by the name of its golden folder: (case, folder of its data) -> (expected, found)."""

PARTED: dict[str, CasesOf] = {
    xinya.kit.golden.KIND: lambda document, _stem: xinya.kit.golden.cases_of(document),
    xinya.zones.golden.KIND: xinya.zones.golden.cases_of,
    xinya.zones.golden.BROKEN: xinya.zones.golden.broken_cases_of,
    xinya.zones.golden.briefing.KIND: xinya.zones.golden.briefing.cases_of,
}
"""What parts an object, with its file's name, into its cases with their names, where it is not the list `cases` alone."""

ANY_FORM: dict[str, Callable[[Any], Iterator[tuple[str, dict[str, Any]]]]] = dict.fromkeys(
    (xinya.fund.golden.KIND, xinya.fund.golden.PACKAGE), xinya.fund.golden.cases_of
)
"""The same where a document may also be a list; a case without a name bears that of its file."""

FOLDERS: dict[str, FolderOfTables] = {
    xinya.chain.golden.complexity.KIND: cast(FolderOfTables, xinya.chain.golden.complexity),
    xinya.chain.golden.esri.KIND: cast(FolderOfTables, xinya.chain.golden.esri),
}
"""What runs a whole folder of tables as one case, by kind; a folder is known by the files in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report. reason: why it was not run; differences: what came out otherwise; score: what was reached."""

    name: str
    differences: tuple[str, ...] = ()
    reason: str | None = None
    score: str = ""

    @property
    def has_passed(self) -> bool:
        return self.reason is None and not self.differences

    def line(self) -> str:
        if self.reason is not None:
            return f"not run {self.name}: {self.reason}"
        score = f" ({self.score})" if self.score else ""
        return f"FAIL {self.name}{score}: {'; '.join(self.differences)}" if self.differences else f"pass {self.name}{score}"


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `verify`."""
    verify = subparsers.add_parser("verify", help="run golden cases and say which differ")
    verify.add_argument(
        "paths", metavar="PATH", nargs="+", type=Path, help="a case, a folder of cases, or a folder of such folders"
    )
    verify.add_argument("--kind", help="default: the name of the folder that the case lies in")
    verify.add_argument("--data", type=Path, metavar="DIR", help="where the cases' data files lie; default: beside the case")
    verify.set_defaults(run=run_verify)


def run_verify(arguments: argparse.Namespace) -> int:
    """Print a line a case and the count. 0 when at least one case ran and none failed, else 1."""
    passed = failed = 0
    for outcome in outcomes(arguments.paths, kind=arguments.kind, data=arguments.data):
        print(outcome.line(), flush=True)
        passed, failed = passed + outcome.has_passed, failed + (not outcome.has_passed)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def outcomes(paths: list[Path], *, kind: str | None = None, data: Path | None = None) -> Iterator[Outcome]:
    """Every case below the paths, sorted within its folder."""
    for path in paths:
        if not path.exists():
            yield Outcome(path.stem, reason=f"there is no file or folder {path}")
            continue
        files = list(_files(path)) if path.is_dir() else [path]
        folders = list(_folders(path, kind)) if path.is_dir() else []
        if not files and not folders:
            yield Outcome(str(path), reason="the folder holds no case")
        for folder, of_tables in folders:
            yield _outcome_of_folder(folder, of_tables)
        for file in files:
            yield from _outcomes_of(file, kind or file.resolve().parent.name, data)


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(f for f in folder.glob("*.json") if f.is_file())
    for below in sorted(f for f in folder.iterdir() if f.is_dir()):
        yield from _files(below)


def _folders(folder: Path, kind: str | None) -> Iterator[tuple[Path, FolderOfTables]]:
    """Every folder of tables below, each with what runs it."""
    for name, of_tables in FOLDERS.items():
        if kind in (None, name) and of_tables.recognises(folder):
            yield folder, of_tables
    for below in sorted(f for f in folder.iterdir() if f.is_dir()):
        yield from _folders(below, kind)


def _outcome_of_folder(folder: Path, of_tables: FolderOfTables) -> Outcome:
    name = folder.resolve().name
    try:
        return Outcome(name, tuple(of_tables.differences_of(folder)))
    except KeyError as error:
        return Outcome(name, reason=f"the case does not say {error}")
    except Exception as error:  # one broken case must not hide the others
        return Outcome(name, reason=f"{type(error).__name__}: {_one_line(error)}")


def _outcomes_of(file: Path, kind: str, data: Path | None) -> Iterator[Outcome]:
    run_case = KINDS.get(kind)
    if run_case is None:
        yield Outcome(file.stem, reason=f"nothing here runs the kind {kind}")
        return
    try:
        cases = list(_cases(file, kind))
    except (OSError, ValueError, RecursionError) as error:
        yield Outcome(file.stem, reason=f"the file cannot be read: {_one_line(error)}")
        return
    if not cases:
        yield Outcome(file.stem, reason="the file holds no case")
    for name, case in cases:
        yield _outcome(name, case, run_case, data or file.parent)


def _cases(file: Path, kind: str) -> Iterator[tuple[str, Any]]:
    """The cases of a file with their names: the file itself, or each of its list `cases`."""
    content = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    parted = PARTED.get(kind)
    if kind in ANY_FORM:
        yield from ((f"{file.stem}/{name}" if name else file.stem, case) for name, case in ANY_FORM[kind](content))
        return
    if parted is not None and isinstance(content, dict):
        yield from ((f"{file.stem}/{name}", case) for name, case in parted(content, file.stem))
        return
    if not isinstance(content, dict) or "cases" not in content:
        yield file.stem, content
        return
    if not isinstance(content["cases"], list):
        raise ValueError("`cases` is not a list")
    for number, case in enumerate(content["cases"], start=1):
        own = case.get("name", case.get("id")) if isinstance(case, dict) else None
        yield f"{file.stem}/{own if own is not None else number}", case


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number; what is not defined is null")


def _outcome(name: str, case: Any, run_case: RunCase, folder: Path) -> Outcome:
    if not isinstance(case, dict) or not case:
        return Outcome(name, reason="the case is empty")
    tolerance = case.get("tolerance", TOLERANCE)
    if not _is_number(tolerance) or tolerance < 0:
        return Outcome(name, reason="the tolerance is no number from 0 upwards")
    try:
        expected, found = run_case(case, folder)
    except KeyError as error:
        return Outcome(name, reason=f"the case does not say {error}")
    except AttributeError as error:  # a text where an object is wanted, and the like
        return Outcome(name, reason=f"the case is not written as its kind is ({_one_line(error)})")
    except Exception as error:  # one broken case must not hide the others
        return Outcome(name, reason=f"{type(error).__name__}: {_one_line(error)}")
    if not expected:
        return Outcome(name, reason="the case expects nothing")
    score = str(found.get("score", "")) if isinstance(found, Mapping) and "score" not in expected else ""
    return Outcome(name, tuple(differences(expected, found, tolerance=tolerance)), score=score)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def differences(expected: Any, found: Any, *, tolerance: float = TOLERANCE, where: str = "") -> Iterator[str]:
    """What is found otherwise than expected, each with its place.

    Objects: each expected key must be there and equal; further keys are allowed. Lists: the same length and order.
    Numbers: equal within `tolerance`; true and false are no numbers.
    """
    place = where or "the case"
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, value in expected.items():
            here = f"{where}.{key}" if where else str(key)
            if key in found:
                yield from differences(value, found[key], tolerance=tolerance, where=here)
            else:
                yield f"{here}: expected {_short(value)}, found nothing"
    elif isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        if len(expected) != len(found):
            yield f"{place}: expected {len(expected)} {_short(expected)}, found {len(found)} {_short(found)}"
            return
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, tolerance=tolerance, where=f"{where}[{number}]")
    elif _is_number(expected) and _is_number(found):
        if not abs(expected - found) <= tolerance:
            yield f"{place}: expected {_short(expected)}, found {_short(found)}"
    elif type(expected) is not type(found) or expected != found:
        yield f"{place}: expected {_short(expected)}, found {_short(found)}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: object) -> str:
    """A value on one line; of a list of objects only what they are about."""
    if isinstance(value, list | tuple):
        value = [v.get("segment", v) if isinstance(v, Mapping) else v for v in value]
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 160 else f"{text[:157]}..."
