"""The smallest set of wrong cells by the solver HiGHS, where the exhaustive search gave up.

The solver computes with floating numbers, so what it says is only a proposal: the values are computed
again in exact numbers, and the rows are proven. Its limits are counts, not seconds, and it runs in one
thread, so that two runs give the same answer.
"""

import os
from collections.abc import Collection
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from gouji.ties import Change, Part, solved


class Event(Protocol):
    """What the solver tells when it asks whether to go on."""

    def interrupt(self) -> None:
        """Stop it."""


LARGEST = 10_000_000  # the sum of all differences; with more, the solver's tolerances are no longer far below 1
MOST_NODES = 1
MOST_CHECKS = 16  # times that the solver asks whether to go on; of easy problems it makes less than ten
_TOTAL = 1.01  # what a total weighs where a part weighs 1: of equal sets the solver meets the likelier first
_HALF = 0.5


def smallest(part: Part, fewest: int, most: int) -> tuple[Change, ...] | None:
    """Return the smallest set of changes that satisfies all rows, if it is the only one of its size.

    Args:
        part: what to explain.
        fewest: smaller sets are known not to do.
        most: larger sets are not wanted.

    Returns:
        The changes; None when there is no solver, it reached a limit, or there are others.
    """
    if not loaded() or _reach(part) > LARGEST:
        return None
    model = _Model(part, fewest, most)
    cells = model.solve()
    changes = solved(part, cells) if cells else None
    if not cells or changes is None or any(change.new is None for change in changes):
        return None
    model.exclude(cells)
    return changes if model.solve() == () else None


@lru_cache(maxsize=1)
def loaded() -> bool:
    """Load the solver; tell whether it is usable.

    It comes with numpy, whose linear algebra would reserve memory for every processor; one thread is
    all that the solver needs here.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        import highspy  # noqa: F401, PLC0415 - a tenth of a second, for reports that nothing else explains
    except (ImportError, MemoryError, OSError):
        return False
    return True


def _reach(part: Part) -> float:
    """Return how far a cell may have to change: the sum of all differences."""
    gaps = [
        Fraction(row.target) if row.exact else Fraction(row.low or row.high or 0) for row in part.picked(part.broken)
    ]
    return float(sum(map(abs, gaps)))


class _Model:
    """A change for every cell, and whether there is one; as few as possible."""

    def __init__(self, part: Part, fewest: int, most: int) -> None:
        import highspy  # noqa: PLC0415

        self.cells = tuple(part.masks)

        class Quiet(highspy.Highs):
            """A solver that does not print its name, which it does when callbacks are first set."""

            def enableCallbacks(self) -> None:  # noqa: N802 - the solver's name
                self.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's signature
                super().enableCallbacks()  # type: ignore[no-untyped-call]

        self.solver = Quiet()  # type: ignore[no-untyped-call]
        for option, value in (
            ("threads", 1),
            ("parallel", "off"),
            ("random_seed", 0),
            ("mip_max_nodes", MOST_NODES),
            ("mip_feasibility_tolerance", 1e-9),
            ("primal_feasibility_tolerance", 1e-9),
            ("mip_rel_gap", 0.0),
        ):
            self.solver.setOptionValue(option, value)
        self.checks = 0
        self.solver.cbMipInterrupt += self._asked
        endless, reach = highspy.kHighsInf, 2 * _reach(part)
        totals = {row.tie.total for row in part.rows}
        at = {key: number for number, key in enumerate(self.cells)}
        for key in self.cells:
            self.solver.addVar(-min(float(part.values[key]), reach), reach)
        for number, key in enumerate(self.cells):
            marker = len(self.cells) + number
            self.solver.addVar(0, 1)
            self.solver.changeColIntegrality(marker, highspy.HighsVarType.kInteger)
            self.solver.changeColCost(marker, _TOTAL if key in totals else 1.0)
            self.solver.addRow(-endless, 0, 2, [number, marker], [1.0, -reach])
            self.solver.addRow(0, endless, 2, [number, marker], [1.0, min(float(part.values[key]), reach)])
        markers = list(range(len(self.cells), 2 * len(self.cells)))
        self.solver.addRow(fewest, most, len(markers), markers, [1.0] * len(markers))
        for number, row in enumerate(part.rows):
            markers = [len(self.cells) + at[key] for key in row.terms]
            if part.broken >> number & 1:
                self.solver.addRow(1, endless, len(markers), markers, [1.0] * len(markers))
            low = -endless if row.low is None else float(row.low)
            high = endless if row.high is None else float(row.high)
            indices = [at[key] for key in row.terms]
            self.solver.addRow(low, high, len(indices), indices, [float(c) for c in row.terms.values()])

    def solve(self) -> tuple[str, ...] | None:
        """Return the cells of the best set; empty when there is none, None when a limit was reached."""
        import highspy  # noqa: PLC0415

        self.checks = 0
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return ()
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        markers = self.solver.getSolution().col_value[len(self.cells) :]
        return tuple(key for key, marker in zip(self.cells, markers, strict=True) if marker > _HALF)

    def _asked(self, event: Event) -> None:
        self.checks += 1
        if self.checks > MOST_CHECKS:
            event.interrupt()

    def exclude(self, cells: Collection[str]) -> None:
        """Demand another set of that size from now on."""
        every = range(len(self.cells), 2 * len(self.cells))
        chosen = [marker for key, marker in zip(self.cells, every, strict=True) if key in cells]
        self.solver.addRow(0, len(cells) - 1, len(chosen), chosen, [1.0] * len(chosen))
        self.solver.addRow(0, len(cells), len(every), list(every), [1.0] * len(every))
