"""What a server has at hand before its first visitor comes."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT, house_environment, python

pytestmark = pytest.mark.house

LOOK = """
import gc, json, sys
import xinya.site.wsgi
told = {"pages": "xinya.chain.views" in sys.modules, "calls": "xinya.chain.api" in sys.modules}
told |= {"statistics": "scipy.stats" in sys.modules, "lasting": gc.get_freeze_count()}
print(json.dumps(told))
"""


def test_a_server_loads_every_page_before_its_workers_part_and_nothing_that_only_one_measure_needs(tmp_path: Path) -> None:
    environment = house_environment(tmp_path, str(tmp_path / "house.sqlite3"))
    done = subprocess.run(python("-c", LOOK), cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["pages"]
    assert told["calls"]
    assert not told["statistics"], "a second of every start"
    assert told["lasting"] > 100_000
