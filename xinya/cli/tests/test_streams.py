"""What the shell says where a terminal cannot write a sign, a disk is full, or a file is no database: a sentence, no traceback."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from xinya.chain.files import SHIPPED

ASCII = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
LIST = "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上\n甲公司,,锻件,1,是\n"


def xinya(*arguments: object, stdout: int = subprocess.PIPE, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "xinya.cli", *map(str, arguments)], stdout=stdout, stderr=subprocess.PIPE, check=False,
        env={**os.environ, **env}, timeout=120,
    )  # fmt: skip


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    return file


def test_a_terminal_that_writes_ascii_alone_gets_every_other_sign_by_its_number(listed: Path) -> None:
    for form in ("--json", "--html", "--language=zh"):
        ended = xinya("chain", "diagnose", listed, form, env=ASCII)
        assert (ended.returncode, ended.stderr) == (0, b"")
        assert b"\\u7532" in ended.stdout
    listed.write_text(LIST.replace(",1,", ",-1,"), "utf-8")
    ended = xinya("chain", "diagnose", listed, env=ASCII)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"xinya: negative-revenue: ")
    assert b"Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to try")
@pytest.mark.parametrize("command", [("chain", "export", "--json"), ("chain", "check-pack", SHIPPED / "gas-turbine")])
def test_a_full_disk_is_told_in_one_sentence(command: tuple[object, ...]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        ended = xinya(*command, stdout=full, env={"XINYA_LANGUAGE": "en"})
    finally:
        os.close(full)
    assert ended.returncode == 2
    assert ended.stderr.decode() == "xinya: The output cannot be written: No space left on device\n"


@pytest.mark.parametrize("command", [("site", "upgrade"), ("site", "backup", "/nowhere/out.zip")])
def test_a_file_that_is_no_database_is_told_in_one_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "xinya.sqlite3").write_text("no database\n" * 1000, "utf-8")
    given = {"XINYA_VAR": str(tmp_path), "XINYA_SECRET_KEY": "for-tests-only-" * 4, "XINYA_LANGUAGE": "en"}
    given |= {"XINYA_DATABASE": str(tmp_path / "xinya.sqlite3"), "DJANGO_SETTINGS_MODULE": "xinya.site.settings"}
    ended = xinya(*command, env=given)
    assert ended.returncode == 2
    told = ended.stderr.decode()
    assert told.startswith("xinya: database-closed: The database cannot be opened: file is not a database.")
    assert told.count("\n") == 1
