"""Where the work is done: in this process, in a pool of them, or on the nodes of a Ray cluster.

An engine is given a function and what to call it with, most often shards, and yields the results
in that order. It knows nothing else, and nothing else knows what it is.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from onrecord.progress import watched

Given = TypeVar("Given")
Result = TypeVar("Result")

NAMES = ("local", "ray")


class EngineError(Exception):
    """An engine that is not installed, or cannot be reached."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One of NAMES; for the local one, how many processes; and whether to show a bar."""

    jobs: int = 1
    name: str = "local"
    shown: bool = False

    def run(
        self, function: Callable[[Given], Result], given: Sequence[Given], what: str
    ) -> Iterator[Result]:
        """Call a function with each of the given things; the results in their order.

        `what` is what a progress bar says. Raises EngineError.
        """
        run = _on_ray if self.name == "ray" else self._here
        yield from watched(run(function, given), what, len(given), self.shown)

    def _here(
        self, function: Callable[[Given], Result], given: Sequence[Given]
    ) -> Iterator[Result]:
        jobs = min(self.jobs, len(given))
        if jobs <= 1:
            yield from map(function, given)
            return
        with multiprocessing.Pool(jobs, initializer=tune) as pool:
            yield from pool.imap(function, given)


LOCAL = Engine()


def tune() -> None:
    """Let the garbage collector look less often."""
    # Documents hold no cycles: looking for them while they are parsed takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _on_ray(function: Callable[[Given], Result], given: Sequence[Given]) -> Iterator[Result]:
    """A task for each; one whose node is lost is run again, on another."""
    try:
        import ray  # noqa: PLC0415 - optional, and heavy
    except ModuleNotFoundError as error:
        raise EngineError("ray is missing; install it with: pip install 'onrecord[ray]'") from error
    if not ray.is_initialized():
        ray.init(log_to_driver=False)
    task: Any = ray.remote(max_retries=-1)(function)
    yield from map(ray.get, [task.remote(each) for each in given])
