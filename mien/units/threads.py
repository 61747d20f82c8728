"""Work in threads that share nothing."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

Item, Result = TypeVar("Item"), TypeVar("Result")


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """A function of each item, in as many threads as torch has, each of which computes alone.

    Threads that share every step, as torch's do, wait for one another most of the time where steps are short; and what
    one thread computes does not depend on their number.
    """
    with ThreadPoolExecutor(torch.get_num_threads(), initializer=torch.set_num_threads, initargs=(1,)) as threads:
        return list(threads.map(function, items))
