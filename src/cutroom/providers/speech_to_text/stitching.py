"""Join what was heard in stretches that overlap."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from cutroom.media.span import Span
from cutroom.media.transcript import Word


def stitch(earlier: Sequence[Word], later: Sequence[Word], overlap: Span) -> list[Word]:
    """Join two lists of words that both hold what was said in the overlap.

    The seam lies in the middle of the longest run that both heard alike, as far from either's edge as that allows:
    at its edges a recogniser hears halves of words. Where nothing was heard alike, the middle of the overlap decides.

    Args:
        earlier: In order, in the recording's time.
        later: In order, in the recording's time.
    """
    left = [index for index, word in enumerate(earlier) if word.end_s > overlap.start_s]
    right = [index for index, word in enumerate(later) if word.start_s < overlap.end_s]
    match = difflib.SequenceMatcher(
        None, [_bare(earlier[index]) for index in left], [_bare(later[index]) for index in right], autojunk=False
    ).find_longest_match()
    if match.size:
        middle = match.size // 2
        kept, taken = left[match.a + middle], right[match.b + middle]
        # The same words a second apart are not the same saying of them.
        if abs(earlier[kept].start_s - later[taken].start_s) < 1.0:
            return [*earlier[:kept], *later[taken:]]
    middle_s = (overlap.start_s + overlap.end_s) / 2
    return [
        *(word for word in earlier if (word.start_s + word.end_s) / 2 < middle_s),
        *(word for word in later if (word.start_s + word.end_s) / 2 >= middle_s),
    ]


def _bare(word: Word) -> str:
    return "".join(char for char in word.text.casefold() if char.isalnum())
