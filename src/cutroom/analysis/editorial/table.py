"""The report as text, with published figures beside ours."""

from __future__ import annotations

from typing import Final

from cutroom.analysis.editorial.scoring import Report, SetReport

#: Pk as their authors, or whoever ran them again, give it, on whole sets, with the true number of segments given.
#: Sets and scorers differ in small things, so differences of a hundredth mean nothing.
_PUBLISHED: Final = {
    "MIT physics": (("MinCutSeg 2006", 0.351), ("BayesSeg 2008", 0.321)),
    "Choi 3-11": (("C99 2000", 0.12),),
}


def write_table(report: Report) -> str:
    """Write the report for a terminal; lower Pk and WindowDiff are better, higher of all the rest."""
    lines = [f"embedding: {report.embedding}", ""]
    for part in report.sets:
        lines += [*_set_lines(part), ""]
    return "\n".join(lines)


def _set_lines(part: SetReport) -> list[str]:
    recordings = f"{part.recordings} recording{'s' if part.recordings != 1 else ''}"
    lines = [f"{part.name}: {recordings}, {part.segments:.1f} segments each"]
    lines.append(f"  {'boundaries':<24}{'Pk':>7}{'WinDiff':>9}{'F1':>7}{'segments':>10}")
    for row in part.divisions:
        figures = f"{row.pk:>7.3f}{row.window_diff:>9.3f}{row.f1:>7.3f}{row.segments:>10.1f}"
        lines.append(f"  {row.method:<24}{figures}")
    for method, value in _PUBLISHED.get(part.name, ()):
        lines.append(f"  {method + ' (published)':<24}{value:>7.3f}")
    if part.searches:
        lines.append("  question to stretch, shared part (mean IoU)")
        lines += [f"  {row.method:<24}{row.shared:>7.3f}" for row in part.searches]
    if part.namings:
        lines.append("  words of people's titles that are found")
        lines += [f"  {row.method:<24}{row.recall:>7.3f}" for row in part.namings]
    return lines
