"""The house keeps its own rules: rooms, lengths, names, dependencies, and nothing of the machine it was written on."""

import hashlib
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "xinya"
SLICES = ("zones", "chain", "fund")
ROOMS = {
    "__init__", "models", "engine", "rules", "queries", "actions", "forms", "tasks", "views", "api", "files", "golden",
    "admin", "urls", "apps", "migrations", "templates", "tests", "packs", "case", "templatetags",
}  # fmt: skip
LONGEST = 400
pytestmark = pytest.mark.house


def own_files() -> list[Path]:
    """Every file that is or will be committed; outside a git checkout every file of the tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        parts = {".venv", "var", "build", "__pycache__", ".git"}
        names = [path for path in ROOT.rglob("*") if not parts & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in names if path.is_file())


def sources() -> list[Path]:
    return [path for path in own_files() if path.suffix == ".py" and "migrations" not in path.parts]


def text_files() -> list[tuple[Path, str]]:
    found = []
    for path in own_files():
        try:
            found.append((path.relative_to(ROOT), path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_of_python_has_two_subjects() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert len(lengths) > 30
    assert {name: lines for name, lines in lengths.items() if lines >= LONGEST} == {}


@pytest.mark.parametrize("slice_", SLICES)
def test_a_slice_has_only_rooms_with_known_names(slice_: str) -> None:
    rooms = {path.stem for path in (PACKAGE / slice_).iterdir() if path.name != "__pycache__"}
    assert rooms - ROOMS == set()
    assert {"zones": {"models", "files"}, "chain": {"models", "engine"}, "fund": {"engine", "files", "golden"}}[slice_] <= rooms


def test_there_is_no_drawer_for_everything() -> None:
    drawers = {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "misc",
        "manager",
        "managers",
        "handlers",
        "data",
        "info",
    }
    assert [path for path in own_files() if path.suffix == ".py" and (path.stem in drawers or path.parent.name in drawers)] == []


def test_a_plain_installation_has_at_most_thirty_direct_dependencies() -> None:
    direct = [line for line in (ROOT / "requirements" / "base.in").read_text().splitlines() if line and line[0] not in "#-"]
    assert 1 < len(direct) <= 30


def test_every_dependency_is_pinned() -> None:
    for name in ("base.txt", "dev.txt"):
        pins = [line for line in (ROOT / "requirements" / name).read_text().splitlines() if line and line[0] not in " #-"]
        assert pins
        assert [line for line in pins if "==" not in line] == []


def test_every_vendored_file_is_listed_with_its_digest_and_licence() -> None:
    vendor = PACKAGE / "static" / "vendor"
    files = {path.name for path in vendor.rglob("*") if path.is_file()} - {"VERSIONS"} if vendor.is_dir() else set()
    listed = {}
    if (vendor / "VERSIONS").is_file():
        for line in (vendor / "VERSIONS").read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _version, _licence, digest = line.split()
                listed[name] = digest
    assert files == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest


def database_names() -> list[str]:
    names = []
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.app_label in ("kit", "zones", "chain", "house") and meta.managed:
            names += [
                meta.db_table,
                *(constraint.name for constraint in meta.constraints),
                *(index.name for index in meta.indexes),
            ]
    return names


def test_names_in_the_database_are_short_and_differ_without_regard_to_case() -> None:
    names = database_names()
    assert len(names) > 20
    assert [name for name in names if len(name) > 30] == []
    assert [name for name, times in Counter(name.lower() for name in names).items() if times > 1] == []


def test_columns_are_short_and_differ_without_regard_to_case() -> None:
    for model in apps.get_models(include_auto_created=True):
        columns = [field.column for field in model._meta.local_concrete_fields if field.column]
        assert [column for column in columns if len(column) > 30] == []
        assert len({column.lower() for column in columns}) == len(columns)


@pytest.mark.django_db
def test_indexes_of_our_tables_are_short_in_the_database_itself() -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            assert len(table) <= 30 or table.startswith(("django_otp_webauthn_", "django_tasks_")), table


@pytest.mark.django_db
def test_every_change_of_a_table_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_template_has_no_inline_style_and_no_inline_script() -> None:
    templates = [path for path in own_files() if path.suffix == ".html"]
    assert templates
    for path in templates:
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"))
        name = path.relative_to(ROOT)
        assert re.search(r"<style\b", text) is None, name
        assert re.search(r"\sstyle\s*=", text) is None, name
        assert re.search(r"\son[a-z]+\s*=\s*[\"']", text) is None, name
        assert "javascript:" not in text, name
        for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL):
            assert not body.strip() or 'type="application/json"' in attributes, name


def test_nothing_names_the_machine_or_a_registry() -> None:
    parts = "pypi. org,python hosted,npmjs .org,npmjs .com,js delivr,unpkg .com,cdn js,deb. debian,fonts.g oogle"
    hosts = parts.replace(" ", "").split(",")  # in two halves, so that this file does not name them
    # A path of this machine: one of these folders at the root, in a string or after a blank.
    folders = re.compile(r"(?<![\w./:%}])/(?:wo" + r"rk|fa" + r"rm|ro" + r"ot|ho" + r"me/[a-z]+|tmp/[a-z]+)(?:/|\b)(?![\w-]*[.:])")
    for name, text in text_files():
        for host in hosts:
            assert host not in text.lower(), f"{host} in {name}"
        found = folders.search(text)
        assert found is None, f"{found.group() if found else ''} in {name}"


def test_nothing_is_left_to_do_without_an_issue() -> None:
    mark = "TO" + "DO"
    for name, text in text_files():
        if name.name != "LICENSE":
            assert re.search(rf"\b({mark}|FIX" + r"ME)\b(?!\s*\(#\d+\))", text) is None, name


def test_the_makefile_has_six_commands_and_no_more() -> None:
    text = (ROOT / "Makefile").read_text()
    commands = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
    assert commands == {"demo", "test", "lint", "bench", "assets", "clean"}
