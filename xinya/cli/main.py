"""`xinya`: the product from the shell. One file a slice; each adds its commands here, and only the one that is asked is loaded."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from xinya import __version__
from xinya.kit.collecting import collect_seldom
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say, short_language

BROKEN_PIPE = 141
OUTPUT_LOST = _("The output cannot be written: %(reason)s")
SLICES = {
    "chain": ["chain"],
    "fund": ["fund"],
    "imports": ["import", "zones"],
    "verify": ["verify"],
    "audit": ["audit"],
    "calendar": ["calendar"],
    "house": ["site"],
    "later": ["later"],
    "search": ["search"],
    "demo": ["demo"],
}
"""The commands of each file beside this one."""


def language_of_shell() -> str:
    """`XINYA_LANGUAGE`, else the shell's own, else Chinese."""
    wanted = os.environ.get("XINYA_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "zh"
    return "zh" if wanted in ("C", "POSIX", "C.UTF-8") else short_language(wanted)


def parser(asked: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The commands of the slice whose command is asked, since each slice loads much of its own; else all commands."""
    top = argparse.ArgumentParser(prog="xinya", description="Xinya (新芽): see, act, prove.")
    top.add_argument("--version", action="version", version=f"xinya {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = [name for name, words in SLICES.items() if asked[:1] and asked[0] in words]
    for name in wanted or SLICES:
        import_module(f"{__package__}.{name}").add_parsers(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. A refusal is one sentence with its code on the error stream, and exit code 2."""
    if argv is None:  # a process of its own, not a call from another program
        collect_seldom()
    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot write a sign gets its number, and no traceback
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    asked = sys.argv[1:] if argv is None else argv
    arguments = parser(asked).parse_args(asked)
    language = getattr(arguments, "language", None) or language_of_shell()
    arguments.language = language
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()  # a full disk is told here, and not after the end
        return code
    except Refused as refused:
        for one in getattr(refused, "findings", None) or [refused]:
            print(f"xinya: {one.code}: {one.sentence(language)}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        reason = error.strerror or str(error)
        if error.filename is None:  # what is printed: nothing more is tried, at the end neither
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sentence = say(language, OUTPUT_LOST, reason=reason)
        else:
            sentence = say(language, _("%(file)s cannot be read or written: %(reason)s"), file=error.filename, reason=reason)
        print(f"xinya: {sentence}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
