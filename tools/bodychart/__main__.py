"""python -m tools.bodychart [--check]: write the charts of treatments/data, or say whether they are what would be written."""

import os
import subprocess
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "treatments" / "data"
# The last decimal of a fitted curve depends on which kernels the linear algebra picks for the processor: always the same.
KERNELS = {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1"}


def main(arguments: list[str]) -> int:
    if any(os.environ.get(name) != value for name, value in KERNELS.items()):
        again = [sys.executable, "-m", "tools.bodychart", *arguments]
        return subprocess.run(again, env=os.environ | KERNELS, check=False).returncode
    from tools.bodychart.build import charts  # after the kernels are chosen

    different = 0
    for body, content in charts().items():
        path = DATA / f"bodychart_{body}.json"
        same = path.read_bytes() == content
        different += not same
        if "--check" not in arguments:
            path.write_bytes(content)
        print(f"{path.name}: {'the same' if same else 'different'}, {len(content)} bytes")
    return 1 if different and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
