"""Engines, exchange formats and the command line's diagnosis run where Django cannot be imported."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLICES = sorted(path.parent.parent.name for path in (ROOT / "xinya").glob("*/engine/__init__.py"))
ALONE = ["xinya.kit.text", "xinya.kit.refusals", "xinya.kit.xlsx", "xinya.cli.chain", "xinya.cli.fund", "xinya.cli.verify"]
WITHOUT_DJANGO = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("django", "ninja", "django_htmx"):
            raise ImportError(f"{name} must not be needed here")
sys.meta_path.insert(0, Absent())
"""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def pure_modules() -> list[str]:
    """Every module of an engine or of the exchange formats, found in the tree, and the named ones."""
    package = ROOT / "xinya"
    found = [path for room in ("engine", "files") for path in package.glob(f"*/{room}/**/*.py")]
    found += package.glob("*/files.py")
    return sorted({module_name(path) for path in found if "tests" not in path.parts} | set(ALONE))


def without_django(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO + script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_check_itself_sees_an_import_of_django() -> None:
    ended = without_django("import django")
    assert ended.returncode == 1
    assert "must not be needed here" in ended.stderr


EACH_ALONE = """
import importlib.util, itertools, os, traceback
for library in ("numpy", "scipy.sparse", "scipy.stats", "openpyxl", "rapidfuzz", "jsonschema", "numba"):
    if library != "numba" or importlib.util.find_spec(library):  # shared by the forks, so that each is quick
        importlib.import_module(library)

def fails(act, *words):
    child = os.fork()
    if not child:
        try:
            act(*words)
        except BaseException:
            print(*words, traceback.format_exc(), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0

def within(package, *modules):  # a package always comes before its modules: once for all of them is as each after it
    importlib.import_module(package)
    for module in modules:
        if fails(importlib.import_module, module):
            print(module, flush=True)

for package, modules in itertools.groupby(sys.argv[1:], lambda module: module.rpartition(".")[0]):
    modules = list(modules)
    if fails(within, package, *modules):
        print(*modules, sep="\\n", flush=True)
"""


def test_every_pure_module_imports_without_django_and_without_another_before_it() -> None:
    ended = without_django(EACH_ALONE, *pure_modules())
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


def test_a_module_that_needs_django_is_named() -> None:
    ended = without_django(EACH_ALONE, "xinya.kit.text", "xinya.kit.pages")
    assert ended.stdout == "xinya.kit.pages\n"


SHARED = ("scipy.", "jsonschema.", "numba.", "openpyxl.")
"""Libraries in parts that the forks have at hand."""


def forgotten(source: str) -> list[str]:
    """Submodules of libraries that a module reaches through an attribute without importing them: they are there by chance only."""
    tree = ast.parse(source)
    named: dict[str, str] = {}
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                imported.add(alias.name)
                named[alias.asname or alias.name.partition(".")[0]] = alias.name if alias.asname else alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            named |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    imported |= {name[:at] for name in imported for at, sign in enumerate(name) if sign == "."}  # what holds a module comes with it
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(chain := node.value, ast.Name | ast.Attribute):
            whole = f"{ast.unparse(chain)}.{node.attr}"
            root, _dot, rest = whole.partition(".")
            module = f"{named.get(root, '')}.{rest}"
            if module.startswith(SHARED) and all(p.isidentifier() for p in module.split(".")) and _is_module(module):
                found += [module] if module not in imported else []
    return found


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, AttributeError):
        return False


def test_a_submodule_that_is_used_is_imported_where_it_is_used() -> None:
    """The forks have some libraries at hand, with all that these load: there a forgotten import is not seen."""
    assert forgotten("import scipy.sparse\nscipy.sparse.linalg.norm(1)") == ["scipy.sparse.linalg"]
    assert forgotten("from scipy import sparse\nsparse.csgraph.x") == ["scipy.sparse.csgraph"]
    assert forgotten("import scipy.sparse.linalg\nscipy.sparse.linalg.norm(1)\nscipy.sparse.csr_array") == []
    assert forgotten("import scipy\nscipy.optimize.milp") == ["scipy.optimize"]
    told: dict[str, list[str]] = {}
    for room in ("engine", "files"):
        for path in (ROOT / "xinya").glob(f"*/{room}/**/*.py"):
            told |= {str(path): names} if (names := forgotten(path.read_text(encoding="utf-8"))) else {}
    assert told == {}


def test_there_are_engines_to_look_at() -> None:
    assert {"chain", "fund"} <= set(SLICES)
    assert len(pure_modules()) > len(ALONE) + len(SLICES)


def test_a_company_list_is_diagnosed_without_django(tmp_path: Path) -> None:
    companies = tmp_path / "companies.csv"
    companies.write_text(
        "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上\n某某航空制造有限公司,,机身段,1000,是\n", "utf-8"
    )
    script = "from xinya.cli.main import main; sys.exit(main(sys.argv[1:]))"
    ended = without_django(script, "chain", "diagnose", str(companies), "--json")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("{")


def test_a_grant_is_converted_without_django(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(
        '{"holders": [{"holder": "F", "shares": 30000000}], "pre_money_fen": 45000000000, "instruments": [{"id": "G1",'
        ' "holder": "PUBLIC", "type": "GRANT", "outstanding_principal_fen": 5000000000}]}',
        "utf-8",
    )
    script = "from xinya.cli.main import main; sys.exit(main(sys.argv[1:]))"
    ended = without_django(script, "fund", "convert", str(case), "--json")
    assert ended.returncode == 0, ended.stderr
    assert '"PUBLIC": 3333333' in ended.stdout
