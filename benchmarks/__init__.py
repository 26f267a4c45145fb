"""Speed, memory and quality, as ratios taken in one run."""

from pathlib import Path

#: What was measured, and material that is made once.
RESULTS = Path(__file__).parent / "results"
