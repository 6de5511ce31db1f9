"""`make fuzz`: fresh random problems, the engine against the minute-by-minute reading of the contract.

`make fuzz ARGS=20000` asks so many. A wrong answer ends it, with the smallest problem that shows it. The problems lie
where clocks change, dates are skipped and years end, in the zones of `problems.ZONES`.
"""

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from scheduler.slots import Problem, attendance, ranked, starts, zones
from tests.slots.problems import crowds, on_many, problems
from tests.slots.reference import Data, Reference

SHARE = 100  # problems that a process asks before it tells how it goes
CROWDS = 10  # of them with up to forty people


def compare(data: Data) -> Counter[str]:
    """What was asked, where, and how many slots there were. AssertionError unless all three answers are right."""
    reference, asked = Reference(data), Problem.from_data(data)
    answers = starts(asked)
    assert answers == reference.starts()
    assert attendance(asked) == reference.attendance()
    assert ranked(asked) == reference.ranked()
    found = Counter(f"zone {person['tz']}" for person in data["people"])
    return found + Counter(problems=1, answered=bool(answers), slots=len(answers))


def ask(size: int) -> Counter[str]:
    """Compares at least so many problems that nobody has seen; the sums of what they were."""
    found: Counter[str] = Counter()

    def judge(data: Data) -> None:
        found.update(compare(data))

    on_many(crowds(), size // CROWDS, fresh=True)(judge)()
    while found["problems"] < size:  # some draws are no problem
        on_many(problems(most_people=4), size - found["problems"], fresh=True)(judge)()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problems", nargs="?", type=int, default=2000, help="how many to ask at least (2000)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    wanted = parser.parse_args()
    begin, found = time.monotonic(), Counter[str]()
    with ProcessPoolExecutor(wanted.processes) as pool:
        for part in pool.map(ask, [SHARE] * -(-wanted.problems // SHARE)):
            found.update(part)
            if sys.stdout.isatty():
                print(f"\r{found['problems']:,} problems, 0 wrong", end="")
    where = sum(name.startswith("zone ") for name in found)
    print(
        f"\r{found['problems']:,} problems in {where} zones (tzdata {zones.VERSION}), {found['answered']:,} of them"
        f" with {found['slots']:,} slots: 0 wrong, in {time.monotonic() - begin:,.0f} s by {wanted.processes} processes"
    )


if __name__ == "__main__":
    main()
