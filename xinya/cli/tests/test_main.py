"""The shell loads the slice whose command is asked and no other, and still knows every command."""

import argparse
import re
import subprocess
import sys
from importlib import import_module

import pytest

from xinya.cli.demo import print_zone
from xinya.cli.main import SLICES, main, parser


def commands(top: argparse.ArgumentParser) -> set[str]:
    return {word for action in top._actions if isinstance(action, argparse._SubParsersAction) for word in action.choices}


@pytest.mark.parametrize("name", SLICES)
def test_a_slice_is_named_with_the_commands_that_it_adds(name: str) -> None:
    top = argparse.ArgumentParser()
    import_module(f"xinya.cli.{name}").add_parsers(top.add_subparsers())
    assert commands(top) == set(SLICES[name])


def test_all_commands_are_told_where_none_is_asked_or_one_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    every = {word for words in SLICES.values() for word in words}
    assert commands(parser()) == commands(parser(["--help"])) == commands(parser(["nothing"])) == every
    with pytest.raises(SystemExit):
        main(["nothing"])
    told = capsys.readouterr().err
    assert [word for word in every if f"'{word}'" not in told] == []


def test_a_command_does_not_load_another_slice() -> None:
    script = "import sys; from xinya.cli.main import parser; parser(['site']); print({'numpy', 'openpyxl'} & sys.modules.keys())"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout == "set()\n"


@pytest.mark.django_db
def test_a_removed_sample_zone_is_told_with_the_way_back(capsys: pytest.CaptureFixture[str]) -> None:
    print_zone("shenyang", "en")
    assert re.search(
        r"was removed from this demonstration\. To begin again, delete the database \S+ and run", capsys.readouterr().out
    )
