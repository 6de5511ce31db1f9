"""CPU time, contenders taking turns, so that whatever else the machine does disturbs their ratios least."""

import gc
import resource
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median
from time import process_time
from types import ModuleType
from typing import Any, TypeVar

from scheduler.slots import bitmaps, dates, ranking, tastes, windows

T = TypeVar("T")
Nothing = tuple[()]
ABOUT_PEOPLE = (windows,)
ABOUT_ZONES = (tastes, ranking, dates)


def nothing() -> Nothing:
    return ()


def forget_people() -> None:
    """Empties what is kept about people; what depends on zone and dates alone is made once a process, and stays."""
    bitmaps._known.clear()
    _empty(ABOUT_PEOPLE)


def forget_all() -> None:
    """Empties the comfort and the dates of each zone's starts too; only the clock changes are still known."""
    forget_people()
    _empty(ABOUT_ZONES)


def _empty(modules: Iterable[ModuleType]) -> None:
    for module in modules:
        for each in vars(module).values():
            if hasattr(each, "cache_clear") and each.__module__ == module.__name__:
                each.cache_clear()


@dataclass(frozen=True)
class Contender:
    """What is timed, on arguments made afresh (and not timed) before each of so many calls; short ones need more."""

    run: Callable[..., Any]
    fresh: Callable[[], tuple[Any, ...]] = nothing
    calls: int = 1


def race(*contenders: Contender, rounds: int) -> list[float]:
    """The median CPU time of a call of each, in milliseconds."""
    samples: list[list[float]] = [[] for _ in contenders]
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        for contender, times in zip(contenders, samples, strict=True):
            times.append(median(_milliseconds(contender) for _ in range(contender.calls)))
    gc.enable()
    return [median(times) for times in samples]


def _milliseconds(contender: Contender) -> float:
    given = contender.fresh()
    begin = process_time()
    contender.run(*given)
    return (process_time() - begin) * 1000


def seconds(run: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and its CPU time."""
    begin = process_time()
    found = run()
    return found, process_time() - begin


def alone(run: Callable[..., T], *given: Any) -> tuple[T, float]:
    """What it gives in a process of its own, and the most memory that process had, in megabytes (ru_maxrss)."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(run, *given).result(), pool.submit(_most_memory).result()


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
