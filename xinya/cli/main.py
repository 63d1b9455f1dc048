"""`xinya`: the product from the shell. One file a slice; each adds its commands here."""

import argparse
import os
import sys
from collections.abc import Sequence

from xinya import __version__
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say, short_language

from . import audit, calendar, chain, demo, fund, house, imports, later, search, verify

BROKEN_PIPE = 141


def language_of_shell() -> str:
    """`XINYA_LANGUAGE`, else the shell's own, else Chinese."""
    wanted = os.environ.get("XINYA_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "zh"
    return "zh" if wanted in ("C", "POSIX", "C.UTF-8") else short_language(wanted)


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(prog="xinya", description="Xinya (新芽): see, act, prove.")
    top.add_argument("--version", action="version", version=f"xinya {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for slice_ in (chain, fund, imports, verify, audit, calendar, house, later, search, demo):
        slice_.add_parsers(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. A refusal is one sentence with its code on the error stream, and exit code 2."""
    arguments = parser().parse_args(argv)
    language = getattr(arguments, "language", None) or language_of_shell()
    arguments.language = language
    try:
        return int(arguments.run(arguments))
    except Refused as refused:
        for one in getattr(refused, "findings", None) or [refused]:
            print(f"xinya: {one.code}: {one.sentence(language)}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        told = {"file": error.filename or "", "reason": error.strerror or str(error)}
        print(f"xinya: {say(language, _('%(file)s cannot be read or written: %(reason)s'), **told)}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
