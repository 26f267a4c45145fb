"""Several clips at a time, within the cores that exist."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from cutroom.core.cores import count_cores
from cutroom.core.errors import CutroomError
from cutroom.core.files import output_failed
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media.timeline import Timeline
from cutroom.render.clip import Rendition, render_clip

#: A clip takes up to half a gigabyte.
_MOST_WORKERS = 8


@dataclass(frozen=True, slots=True)
class RenderJob:
    """A timeline and the file to make of it."""

    timeline: Timeline
    target: Path


class _Stopped(BaseException):
    """Leave a render, and so kill its ffmpeg."""


def render_all(
    jobs: Sequence[RenderJob],
    *,
    scratch: Path,
    workers: int | None = None,
    progress: Progress = ignore_progress,
    on_done: Callable[[RenderJob, Rendition | CutroomError], None] | None = None,
) -> list[Rendition | CutroomError]:
    """Render clips side by side; one that fails does not stop the others.

    Ctrl-C ends the renders that run within two seconds; finished files stay.

    Args:
        workers: Clips at a time; one for every core, at most 8, when left out.
        progress: Told the share of all frames that are rendered.
        on_done: Called in the caller's thread for each clip as it ends.

    Returns:
        For each job in order, its rendition or why there is none.
    """
    cores = count_cores()
    workers = max(1, min(workers or min(cores, _MOST_WORKERS), len(jobs)))
    threads = max(1, cores // workers)
    stop = threading.Event()
    done = _Done(jobs, progress)

    def work(number: int) -> Rendition:
        def tell(fraction: float) -> None:
            if stop.is_set():
                raise _Stopped
            done.tell(number, fraction)

        tell(0.0)
        job = jobs[number]
        return render_clip(job.timeline, job.target, scratch=scratch, progress=tell, threads=threads)

    results: dict[int, Rendition | CutroomError] = {}
    # Threads that live as long as their child: a child may be tied to the thread that started it.
    with ThreadPoolExecutor(workers, thread_name_prefix="render") as pool:
        running: dict[Future[Rendition], int] = {pool.submit(work, number): number for number in range(len(jobs))}
        try:
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    number = running.pop(future)
                    results[number] = _outcome(jobs[number], future)
                    if on_done:
                        on_done(jobs[number], results[number])
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [results[number] for number in range(len(jobs))]


def _outcome(job: RenderJob, future: Future[Rendition]) -> Rendition | CutroomError:
    try:
        return future.result()
    except CutroomError as error:
        return error
    except OSError as error:  # such as a disk that is full while captions or sound are written
        return output_failed(job.target, error)


class _Done:
    """What all clips together have finished, by frames."""

    def __init__(self, jobs: Sequence[RenderJob], progress: Progress) -> None:
        self._weights = [job.timeline.duration for job in jobs]
        self._fractions = [0.0] * len(jobs)
        self._progress = progress
        self._lock = threading.Lock()

    def tell(self, number: int, fraction: float) -> None:
        with self._lock:
            self._fractions[number] = max(fraction, self._fractions[number])
            shares = zip(self._weights, self._fractions, strict=True)
            self._progress(sum(weight * share for weight, share in shares) / max(1, sum(self._weights)))
