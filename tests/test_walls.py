"""The walls between slices and rooms hold, and each is seen to fall when it is broken on purpose."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"
pytestmark = pytest.mark.house

SLICES = "slices lean one way"
ROOMS = "rooms lean one way"
PURE = "engines are pure"
FUND = "the fund leans on the kit alone"
ALONE = "files and the command line's engines work without Django"


def look(folder: Path) -> str:
    ended = subprocess.run([LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return ended.stdout + ended.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The sources of the package and its contracts, where they may be broken."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for source in (ROOT / "xinya").rglob("*.py"):
        copy = tmp_path / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    return tmp_path


def add(house: Path, module: str, line: str) -> None:
    """Put one import behind a module of the copy; where the imported module is a room still empty, it is made."""
    path = house / module
    target = line.split()[1]
    room = house / (target.replace(".", "/") + ".py")
    if target.startswith("xinya.") and not room.with_suffix("").exists():
        room.touch()
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", "utf-8")


def broken(report: str) -> set[str]:
    return {line.removesuffix(" BROKEN").strip() for line in report.splitlines() if line.strip().endswith("BROKEN")}


def test_all_walls_stand(house: Path) -> None:
    report = look(house)
    assert "5 kept, 0 broken" in report, report


@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "line", "wall"),
    [
        ("xinya/zones/queries/zones.py", "import xinya.chain.models", SLICES),
        ("xinya/kit/audit.py", "import xinya.zones.models", SLICES),
        ("xinya/chain/actions.py", "import xinya.site.settings", SLICES),
        ("xinya/zones/queries/zones.py", "import xinya.cli.chain", SLICES),
        ("xinya/chain/queries/reports.py", "import xinya.fund.engine", SLICES),
        ("xinya/fund/engine/price.py", "import xinya.chain.engine", FUND),
        ("xinya/fund/golden.py", "import xinya.zones.files", FUND),
        ("xinya/chain/queries/reports.py", "import xinya.chain.actions", ROOMS),
        ("xinya/zones/actions/zones.py", "import xinya.zones.views", ROOMS),
        ("xinya/chain/models.py", "import xinya.chain.rules", ROOMS),
        ("xinya/zones/rules.py", "import xinya.zones.queries", ROOMS),
        ("xinya/chain/views.py", "import xinya.chain.urls", ROOMS),
        ("xinya/chain/engine/atlas.py", "import django.db", PURE),
        ("xinya/chain/engine/closure.py", "import ninja", PURE),
        ("xinya/fund/engine/book.py", "import django.db", PURE),
        ("xinya/chain/engine/atlas.py", "import xinya.zones.models", PURE),
        ("xinya/chain/files/pack.py", "from django.utils import timezone", ALONE),
        ("xinya/cli/verify.py", "import xinya.chain.queries", ALONE),
        ("xinya/fund/files/ocf.py", "import django.utils", ALONE),
    ],
)
def test_a_broken_wall_is_reported_with_file_and_line(house: Path, module: str, line: str, wall: str) -> None:
    add(house, module, line)
    report = look(house)
    assert wall in broken(report), report
    name, target = module.removesuffix(".py").replace("/", "."), line.split()[1]
    outside = target if target.startswith("xinya.") else target.partition(".")[0]
    assert f"{name} -> {outside} (l." in report, report


def test_a_detour_through_a_third_module_breaks_the_wall_too(house: Path) -> None:
    add(house, "xinya/kit/detour.py", "import django.db")
    add(house, "xinya/chain/engine/atlas.py", "import xinya.kit.detour")
    report = look(house)
    assert PURE in broken(report), report
    assert "xinya.kit.detour -> django (l." in report, report
