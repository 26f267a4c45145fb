"""Metrics in the form that Prometheus reads: of this process's requests, and of the rows that all processes share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.jobs.models import Rate, Run, RunState, Step, StepState, Worker

_BUCKETS = (0.005, 0.02, 0.1, 0.3, 1, 3, 10, 60)
_ALIVE = timedelta(seconds=30)


class Metrics:
    """The metrics of one application; a registry of its own keeps two of them apart."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("cutroom_requests", "Requests answered.", labels, registry=self.registry)
        asked = "Requests for answers that may be kept: hit or miss."
        self._answers = Counter("cutroom_cache_requests", asked, ("kind", "outcome"), registry=self.registry)
        self._took = Histogram(
            "cutroom_request_seconds", "Time to answer a request.", labels[:2], buckets=_BUCKETS, registry=self.registry
        )

    def count_answer(self, kind: str, outcome: str) -> None:
        """Count a request for an answer that may be kept."""
        self._answers.labels(kind, outcome).inc()

    def count_request(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count a request that was answered; a status of 0 means that the client went away first."""
        self._requests.labels(method, route, str(status)).inc()
        self._took.labels(method, route).observe(took_s)

    async def render(self, session: AsyncSession) -> bytes:
        """Give all metrics as text."""
        shared = CollectorRegistry()
        shared.register(_Rows(await _read(session)))
        return generate_latest(self.registry) + generate_latest(shared)


class _Rows(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self.metrics


async def _read(session: AsyncSession) -> list[Metric]:
    runs = GaugeMetricFamily("cutroom_runs", "Runs by state.", labels=["state"])
    found = await session.execute(select(Run.state, func.count().label("runs")).group_by(Run.state))
    counted = {row.state: row.runs for row in found}
    for state in RunState:
        runs.add_metric([state.value], counted.get(state, 0))

    steps = GaugeMetricFamily("cutroom_steps", "Steps that wait or run.", labels=["queue", "state"])
    waiting = (StepState.READY, StepState.RUNNING)
    asked = select(Step.queue, Step.state, func.count().label("steps")).where(Step.state.in_(waiting))
    for row in await session.execute(asked.group_by(Step.queue, Step.state)):
        steps.add_metric([row.queue.value, row.state.value], row.steps)

    seconds = GaugeMetricFamily("cutroom_stage_seconds", "Work for a second of medium, lately.", labels=["stage"])
    done = CounterMetricFamily("cutroom_stage_runs", "Steps that were computed.", labels=["stage"])
    for rate in (await session.execute(select(Rate))).scalars():
        seconds.add_metric([rate.stage], rate.seconds)
        done.add_metric([rate.stage], rate.measured)

    alive = select(func.count()).where(Worker.ended_at.is_(None), Worker.seen_at > now() - _ALIVE)
    workers = GaugeMetricFamily("cutroom_workers", "Workers that were seen lately.")
    workers.add_metric([], (await session.execute(alive)).scalar_one())
    return [runs, steps, seconds, done, workers]
