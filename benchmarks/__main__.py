"""Run every benchmark, or those named, and write what they measured to ``results/latest.json``."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path
from typing import Any

import benchmarks

RESULTS = Path(__file__).parent / "results" / "latest.json"


def main() -> None:
    """Measure one module after another: side by side they would slow each other."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results["machine"] = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    for name in sys.argv[1:] or known:
        measure = getattr(importlib.import_module(f"benchmarks.{name}"), "measure", None)
        if measure is None:
            continue
        print(f"== {name}")
        results[name] = measure()
        for key, value in results[name].items():
            print(f"{key:<40} {value}")
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(f"written to {RESULTS}")


if __name__ == "__main__":
    main()
