"""Runs every measurement after the other, each in a process of its own, so that none warms the next.

`python -m benchmarks startup keys` runs those that are named.
"""

from __future__ import annotations

import subprocess
import sys
from pkgutil import iter_modules

import benchmarks


def main() -> int:
    """Exit status 1 if any measurement failed."""
    known = sorted(module.name for module in iter_modules(benchmarks.__path__) if not module.name.startswith("_"))
    unknown = set(sys.argv[1:]) - set(known)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    names = sys.argv[1:] or known
    failed = [name for name in names if subprocess.call([sys.executable, "-m", f"benchmarks.{name}"]) != 0]
    if failed:
        print("Failed:", ", ".join(failed), file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
