"""Economic complexity against the program `ecomplexity`, which is installed into a temporary environment of its own.

CPU seconds of one thread (numerical libraries held to one), and of two threads as wall time where two cores are free. The peer
reads the table as a data frame in memory and answers with one; ours begins and ends with arrays. Its optional check of
log-supermodularity is switched off. XINYA_BENCH_SIZE=LOCATIONSxPRODUCTS takes another size than 300x5000.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

PEER = "ecomplexity"
BARS = {1: 40, 2: 65}
MEMORY_MB = 600
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

PEAK = """
def peak():  # the kernel's own mark: a child's ru_maxrss begins with what its parent held
    with open("/proc/self/status") as lines:
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
"""
THEIRS = """
import sys, time, warnings
import numpy as np, pandas as pd
from ecomplexity import ecomplexity
warnings.simplefilter("ignore")
values = np.load(sys.argv[1])
rows, columns = np.nonzero(values)
frame = pd.DataFrame({"t": 1, "c": rows, "k": columns, "v": values[rows, columns]})
begun, clock = time.process_time(), time.perf_counter()
out = ecomplexity(frame, {"time": "t", "loc": "c", "prod": "k", "val": "v"}, check_logsupermodularity=False, verbose=False)
print(time.process_time() - begun, time.perf_counter() - clock, peak())
out = out.sort_values(["c", "k"])
one = lambda name: out[name].to_numpy().reshape(values.shape)
np.savez(sys.argv[2], eci=one("eci")[:, 0], pci=one("pci")[0], density=one("density"), coi=one("coi")[:, 0], cog=one("cog"))
"""
OURS = """
import sys, time
import numpy as np
from xinya.chain.engine.complexity import complexity, proximity_blocks
values = np.load(sys.argv[1])
complexity(values[:20, :40] + 1.0)  # imports and the start of the libraries are no part of the sums
cpu, wall = [], []
for _ in range(5):
    begun, clock = time.process_time(), time.perf_counter()
    found = complexity(values)
    cpu.append(time.process_time() - begun)
    wall.append(time.perf_counter() - clock)
most = peak()
begun = time.process_time()
for _first, _block in proximity_blocks(found.kept):
    pass
print(min(cpu), min(wall), most, time.process_time() - begun)
np.savez(sys.argv[2], eci=found.eci, pci=found.pci, density=found.density, coi=found.coi, cog=found.cog)
"""


def made_up(locations: int, products: int, seed: int = 0) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Log-normal values, some zeros; the places and products differ in size as real ones do."""
    draw = np.random.default_rng(seed)
    size = draw.lognormal(0, 1, (locations, 1)) * draw.lognormal(0, 1, (1, products))
    skill, need = np.sort(draw.random((locations, 1)), axis=0), draw.random((1, products))
    return size * draw.lognormal(0, 1, (locations, products)) * (draw.random((locations, products)) < 0.25 + 0.6 * (skill > need))


def environment(folder: Path) -> tuple[Path | None, str]:
    """A Python with the peer in it, or why there is none."""
    python = folder / "bin" / "python"
    for command in ([sys.executable, "-m", "venv", str(folder)], [str(python), "-m", "pip", "install", "--quiet", PEER]):
        try:
            ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        except subprocess.TimeoutExpired:
            return None, "its installation takes longer than five minutes"
        if ended.returncode:
            return None, (ended.stderr.strip().splitlines() or ["it cannot be installed"])[-1]
    return python, ""


def timed(python: Path | str, program: str, threads: int, *arguments: str) -> list[float]:
    """CPU seconds, wall seconds, peak MB (and what else the program prints)."""
    own = dict.fromkeys(THREADS, str(threads))
    ended = subprocess.run(
        [str(python), "-c", PEAK + program, *arguments], env=os.environ | own, capture_output=True, text=True, check=True
    )
    return [float(word) for word in ended.stdout.split()[-4:]]


def run() -> Iterator[str]:
    """One line for each number of threads."""
    locations, products = map(int, os.environ.get("XINYA_BENCH_SIZE", "300x5000").split("x"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, mine, theirs = (str(folder / f"{part}.npy") for part in ("values", "ours", "theirs"))
        np.save(table, made_up(locations, products))
        ours = {threads: timed(sys.executable, OURS, threads, table, mine) for threads in BARS}
        what = f"complexity, {locations} x {products}"
        cpu, _wall, peak, near = ours[1]
        yield (
            f"{what}: ours {cpu:.3f} s of CPU on one thread, {ours[2][1]:.3f} s of wall time on two; peak {peak:.0f} MB of "
            f"{MEMORY_MB} allowed; the proximity of all pairs, which it does not need, {near:.2f} s more in blocks"
        )
        python, reason = environment(folder / "peer")
        if python is None:
            yield f"{what}: {PEER} is not measured: {reason}"
            return
        peer = timed(python, THEIRS, 1, table, theirs)
        same = _same(mine, theirs)
        for threads, bar in BARS.items():
            spent = cpu if threads == 1 else ours[threads][1]
            way = (
                "CPU against CPU, one thread" if threads == 1 else "its CPU against our wall time on two threads, other work beside"
            )
            yield (
                f"{what}, {threads} core{'s' * (threads > 1)}: {PEER} {peer[0]:.1f} s and {peer[2]:.0f} MB, ratio "
                f"{peer[0] / spent:.0f} (bar {bar}; {way}); {same}"
            )


def _same(mine: str, theirs: str) -> str:
    with np.load(mine + ".npz") as ours, np.load(theirs + ".npz") as other:
        worst = {key: float(np.abs(ours[key] - other[key]).max()) for key in ours}
    bad = {key: value for key, value in worst.items() if not value <= 1e-9}
    return f"RESULTS DIFFERS {bad}" if bad else f"same results to {max(worst.values()):.0e}"
