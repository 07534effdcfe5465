"""Runs every measurement after the other, each in a process of its own, so that none warms the next."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import iter_modules

import benchmarks


def main() -> int:
    """Exit status 1 if any measurement failed."""
    names = sorted(module.name for module in iter_modules(benchmarks.__path__) if not module.name.startswith("_"))
    failed = [name for name in names if subprocess.call([sys.executable, "-m", f"benchmarks.{name}"]) != 0]
    if failed:
        print("Failed:", ", ".join(failed), file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
