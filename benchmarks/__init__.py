"""Speed and quality, as ratios taken in one run."""
