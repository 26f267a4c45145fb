"""Run every benchmark, or those named, and write what they measured to ``results/latest.json``."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import sys
from typing import Any

import benchmarks
from benchmarks import RESULTS

LATEST = RESULTS / "latest.json"


def main() -> None:
    """Measure one module after another: side by side they would slow each other."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    results: dict[str, Any] = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    results["machine"] = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    for name in sys.argv[1:] or known:
        measure = getattr(importlib.import_module(f"benchmarks.{name}"), "measure", None)
        if measure is None:
            continue
        print(f"== {name}")
        results[name] = measure()
        for key, value in results[name].items():
            print(f"{key:<40} {value}")
        RESULTS.mkdir(exist_ok=True)
        LATEST.write_text(json.dumps(results, indent=2) + "\n")
    print(f"written to {LATEST}")


if __name__ == "__main__":
    main()
