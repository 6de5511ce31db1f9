"""HiGHS, asked for the best plan: the integer optimum, or the prices of the linear relaxation."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from scheduler.slots.waves.model import Model

if TYPE_CHECKING:
    import highspy

Stop = Callable[[], bool]


@dataclass(frozen=True)
class Found:
    """The columns that are chosen, if any plan was found; what no plan over these columns exceeds; the time it took."""

    chosen: list[int]
    most: float
    seconds: float


def is_here() -> bool:
    """Whether the solver is installed (the extra `waves`)."""
    try:
        import highspy  # noqa: F401
    except ImportError:
        return False
    return True


def best(
    model: Model,
    *,
    start: list[int],
    seconds: float,
    gap: float,
    stop: Stop,
    better: Callable[[int], None] = lambda _gains: None,
) -> Found:
    """The best choice of columns, from a first one on, to within `gap` of the bound, until the time is over.

    `better` hears of the gains of each choice that the solver finds on its way.
    """
    import numpy as np

    solver = _solver(model, seconds, whole=True)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", gap)
    if start:
        solver.setSolution(len(start), np.array(start, dtype=np.int32), np.ones(len(start)))
    solver.cbMipInterrupt.subscribe(lambda event: event.interrupt(True) if stop() else None)
    solver.cbMipImprovingSolution.subscribe(lambda event: better(round(-event.data_out.objective_function_value)))
    solver.solve()
    info = solver.getInfo()
    values = solver.getSolution().col_value
    chosen = [n for n, value in enumerate(values) if value > 0.5] if info.primal_solution_status == 2 else []
    return Found(chosen, -info.mip_dual_bound, solver.getRunTime())


def row_prices(model: Model, *, seconds: float, stop: Stop) -> tuple[list[float], float]:
    """The price of each row in the linear relaxation, by interior points (0 if time was up), and the time it took."""
    solver = _solver(model, seconds, whole=False)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.cbIpmInterrupt.subscribe(lambda event: event.interrupt(True) if stop() else None)
    solver.solve()
    duals = solver.getSolution().row_dual
    return [-dual for dual in duals] if len(duals) else [0.0] * len(model.rows), solver.getRunTime()


def _solver(model: Model, seconds: float, *, whole: bool) -> "highspy.Highs":
    """HiGHS with the program in it, as a minimum of losses; quiet, on one thread, the same at every run."""
    import highspy
    import numpy as np

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.columns), len(model.rows)
    lp.col_cost_ = -np.array(model.gains, dtype=float)
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
    most = np.array([row.room for row in model.rows], dtype=float)
    pairs = sum(row.kind == "pair" for row in model.rows)
    lp.row_upper_ = most
    lp.row_lower_ = np.concatenate(
        [np.ones(pairs) if model.must else np.zeros(pairs), np.full(len(most) - pairs, -highspy.kHighsInf)]
    )
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row.columns) for row in model.rows])]).astype(np.int32)
    lp.a_matrix_.index_ = np.fromiter(chain.from_iterable(row.columns for row in model.rows), dtype=np.int32)
    lp.a_matrix_.value_ = np.ones(len(lp.a_matrix_.index_))
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    solver = _quiet_solver()
    for option, value in {"threads": 1, "random_seed": 0, "time_limit": seconds}.items():
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    return solver


def _quiet_solver() -> "highspy.Highs":
    """HiGHS without its banner, which it writes into the answers of `traff slots` unless silenced while it is made."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802  # the constructor's first call that writes
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Quiet()  # type: ignore[no-untyped-call]
