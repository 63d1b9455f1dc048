"""`xinya chain esri`: which firm's failure would hurt a supply network most, from three tables. No database."""

import argparse
from pathlib import Path


def add_esri(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("esri", help="which firm's failure would hurt a supply network most (systemic risk index)")
    verb.add_argument("links", type=Path, metavar="LINKS", help="CSV: supplier, buyer, amount (one currency unit, one period)")
    verb.add_argument("firms", type=Path, metavar="FIRMS", help="CSV: firm, sector, perhaps market and figures such as revenue")
    verb.add_argument(
        "essential", type=Path, metavar="ESSENTIAL", help="CSV: row supplies column; 2 essential, 1 non-essential, 0 negligible"
    )
    verb.add_argument("--scenarios", type=Path, metavar="FILE", help="CSV: scenario, firm, shock (0 to 1), perhaps shock_up")
    verb.add_argument("--firm", action="append", default=[], metavar="NAME", help="only this firm's failure; may be given again")
    verb.add_argument("--sample", type=int, metavar="N", help="only N firms, drawn by --seed")
    verb.add_argument("--seed", type=int, default=0)
    verb.add_argument("--accounts", type=Path, metavar="FILE", help="CSV: firm and further figures")
    verb.add_argument("--revenue", metavar="COL", help="adjust upstream shares by this column")
    verb.add_argument("--costs", metavar="COL", help="adjust downstream shares by this column")
    verb.add_argument("--weights", nargs="+", default=[], metavar="COL", help="weigh firms by these columns (default: their sales)")
    verb.add_argument("--eps", type=float, default=1e-2, help="limit at which the cascade stops (default 0.01)")
    verb.add_argument(
        "--rule",
        type=int,
        choices=(1, 2),
        default=1,
        help="1: largest change of a firm (default); 2: relative growth of the index",
    )
    verb.add_argument("--no-market", action="store_true", help="no rival takes over what a firm no longer sells")
    pace = verb.add_mutually_exclusive_group()
    pace.add_argument("--fast", action="store_const", const=True, dest="pace", help="the kernels of the extra `fast`")
    pace.add_argument("--base", action="store_const", const=False, dest="pace", help="the SciPy batches")
    verb.add_argument("--threads", type=int, metavar="N", help="default: all processors")
    verb.add_argument(
        "--spread", metavar="WHERE", help="`processes`, or the address of a Dask scheduler (tcp://host:8786; extra `cluster`)"
    )
    verb.add_argument("--ledger", type=Path, metavar="FOLDER", help="where pieces are kept; readable by every machine of the run")
    verb.add_argument("--piece", type=int, default=256, metavar="N", help="scenarios a piece (default 256)")
    verb.add_argument("--out", type=Path, metavar="FILE", help="write every result as CSV")
    verb.add_argument("--losses", type=Path, metavar="FILE", help="write every firm's losses as CSV")
    verb.add_argument("--sectors", type=Path, metavar="FILE", help="write every sector's loss as CSV")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_esri, pace=None)


def run_esri(arguments: argparse.Namespace) -> int:
    """Loads what computes only now: every other command begins without it."""
    from .chain_esri_run import run_esri as run

    return run(arguments)
