"""Vector instructions of the cascade: every function here does to LANES scenarios at once what one line of the recursion says.

A state is an array (n, LANES) whose row of 128 bytes holds one firm in all lanes. Numba's own loops would write each sum to memory
after every link; written as vectors of the compiler's intermediate language they stay in registers. All lanes go through the same
operations in the same order, so a scenario's result does not depend on its lane. Needs the extra `fast`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import Parameter, Signature
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np import arrayobj
from numpy.typing import NDArray

LANES = 16
ALWAYS = 1e300
FUSED = ("contract",)
DOUBLE = ir.DoubleType()
ROW = ir.VectorType(DOUBLE, LANES)
LINE = 64


def rows(count: int) -> NDArray[np.float64]:
    """A state of `count` rows, each beginning at a cache line."""
    size = count * LANES
    raw = np.zeros(size + LINE // 8)
    first = (-raw.ctypes.data % LINE) // 8
    return raw[first : first + size].reshape(count, LANES)


class _Pen:
    """Writes one function's instructions; numbers its arguments as the function does."""

    def __init__(self, context: Any, builder: Any, signature: Any, values: Sequence[Any]) -> None:
        self.context, self.b, self.signature, self.values = context, builder, signature, values

    def data(self, place: int) -> Any:
        return arrayobj.make_array(self.signature.args[place])(self.context, self.b, self.values[place]).data

    def number(self, place: int) -> Any:
        return self.context.cast(self.b, self.values[place], self.signature.args[place], types.intp)

    def item(self, array: Any, index: Any) -> Any:
        return self.b.load(self.b.gep(array, [index]))

    def index(self, array: Any, index: Any) -> Any:
        return self.b.sext(self.item(array, index), ir.IntType(64))

    def row(self, array: Any, index: Any) -> Any:
        return self.b.gep(self.b.bitcast(array, ROW.as_pointer()), [index])

    def load(self, pointer: Any) -> Any:
        return self.b.load(pointer, align=8)

    def store(self, value: Any, pointer: Any) -> None:
        self.b.store(value, pointer, align=8)

    def kept(self, value: float) -> Any:
        """A row of the function's own, in a register: every lane holds `value` at first."""
        place = cgutils.alloca_once(self.b, ROW)
        self.b.store(self.all(value), place)
        return place

    def all(self, value: float) -> Any:
        return ir.Constant(ROW, [value] * LANES)

    def spread(self, scalar: Any) -> Any:
        first = self.b.insert_element(ir.Constant(ROW, ir.Undefined), scalar, ir.Constant(ir.IntType(32), 0))
        mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self.b.shuffle_vector(first, ir.Constant(ROW, ir.Undefined), mask)

    def add(self, a: Any, b: Any) -> Any:
        return self.b.fadd(a, b, flags=FUSED)

    def minus(self, a: Any, b: Any) -> Any:
        return self.b.fsub(a, b, flags=FUSED)

    def times(self, a: Any, b: Any) -> Any:
        return self.b.fmul(a, b, flags=FUSED)

    def larger(self, a: Any, b: Any) -> Any:
        return self.b.select(self.b.fcmp_ordered(">", a, b), a, b)

    def smaller(self, a: Any, b: Any) -> Any:
        return self.b.select(self.b.fcmp_ordered("<", a, b), a, b)

    @contextmanager
    def each(self, first: Any, last: Any) -> Iterator[Any]:
        with cgutils.for_range_slice(self.b, first, last, ir.Constant(ir.IntType(64), 1)) as (place, _count):
            yield place

    def weighted_sum(self, weight: Any, index: Any, first: Any, last: Any, state: Any) -> Any:
        """Σ weight[k] · state[index[k]] for k from `first` to `last` − 1."""
        total = self.kept(0.0)
        self.b.store(self.all(0.0), total)
        with self.each(first, last) as k:
            value = self.load(self.row(state, self.index(index, k)))
            self.b.store(self.add(self.b.load(total), self.times(self.spread(self.item(weight, k)), value)), total)
        return self.b.load(total)

    def grow(self, old: Any, lost: Any, change: Any) -> Any:
        """The new loss of a row that lost `old` before; the largest growth goes into the row `change`."""
        new = self.larger(old, self.smaller(self.all(1.0), lost))
        self.store(self.larger(self.load(change), self.minus(new, old)), change)
        return new


def _written(arguments: int, write: Callable[[_Pen], None]) -> Any:
    """A function of `arguments` arguments, arrays and numbers, that returns nothing."""

    def typed(_typing: Any, *given: Any) -> Any:
        def instructions(context: Any, builder: Any, signature: Any, values: Sequence[Any]) -> Any:
            write(_Pen(context, builder, signature, values))
            return context.get_dummy_value()

        return types.void(*given), instructions

    typed.__name__ = write.__name__.strip("_")
    names = ["typing", *(f"a{k}" for k in range(arguments))]  # numba counts the arguments by this
    typed.__signature__ = Signature([Parameter(n, Parameter.POSITIONAL_OR_KEYWORD) for n in names])  # type: ignore[attr-defined]
    return intrinsic(typed)


def _replace_market(pen: _Pen) -> None:
    """(down, passed, sales, first, last, dead): d = min(1, s_out / remaining) · loss of one market's firms, first … last − 1."""
    down, passed, sales, dead = pen.data(0), pen.data(1), pen.data(2), pen.values[5]
    first, last = pen.number(3), pen.number(4)
    remaining = pen.kept(0.0)
    pen.b.store(pen.all(0.0), remaining)
    with pen.each(first, last) as i:
        left = pen.minus(pen.all(1.0), pen.load(pen.row(down, i)))
        pen.b.store(pen.add(pen.b.load(remaining), pen.times(pen.spread(pen.item(sales, i)), left)), remaining)
    total = pen.b.load(remaining)
    is_alive = pen.b.fcmp_ordered(">", total, pen.spread(dead))
    inverse = pen.b.select(is_alive, pen.b.fdiv(pen.all(1.0), total), pen.all(ALWAYS))
    with pen.each(first, last) as i:
        share = pen.smaller(pen.all(1.0), pen.b.fmul(pen.spread(pen.item(sales, i)), inverse))
        pen.store(pen.b.fmul(share, pen.load(pen.row(down, i))), pen.row(passed, i))


def _lose_inputs(pen: _Pen) -> None:
    """(slot_start, link_start, supplier, weight, passed, down, change, firms): one step downstream, in place."""
    slot_start, link_start, supplier, weight, passed, down, change = (pen.data(k) for k in range(7))
    largest = pen.row(change, ir.Constant(ir.IntType(64), 0))
    one = ir.Constant(ir.IntType(64), 1)
    with pen.each(ir.Constant(ir.IntType(64), 0), pen.number(7)) as j:
        worst = pen.kept(0.0)
        pen.b.store(pen.all(0.0), worst)
        with pen.each(pen.index(slot_start, j), pen.index(slot_start, pen.b.add(j, one))) as slot:
            first, last = pen.index(link_start, slot), pen.index(link_start, pen.b.add(slot, one))
            lost = pen.weighted_sum(weight, supplier, first, last, passed)
            pen.b.store(pen.larger(lost, pen.b.load(worst)), worst)
        place = pen.row(down, j)
        pen.store(pen.grow(pen.load(place), pen.b.load(worst), largest), place)


def _lose_sales(pen: _Pen) -> None:
    """(link_start, buyer, weight, up, new_up, change, firms): one step upstream, from `up` to `new_up`."""
    link_start, buyer, weight, up, new_up, change = (pen.data(k) for k in range(6))
    largest = pen.row(change, ir.Constant(ir.IntType(64), 0))
    one = ir.Constant(ir.IntType(64), 1)
    with pen.each(ir.Constant(ir.IntType(64), 0), pen.number(6)) as i:
        lost = pen.weighted_sum(weight, buyer, pen.index(link_start, i), pen.index(link_start, pen.b.add(i, one)), up)
        pen.store(pen.grow(pen.load(pen.row(up, i)), lost, largest), pen.row(new_up, i))


def _weigh(pen: _Pen) -> None:
    """(weight, down, up, sums, firms): combined, downstream and upstream loss of every lane into rows 0, 1, 2 of `sums`."""
    weight, down, up, sums = (pen.data(k) for k in range(4))
    totals = [pen.kept(0.0) for _ in range(3)]
    with pen.each(ir.Constant(ir.IntType(64), 0), pen.number(4)) as i:
        share = pen.spread(pen.item(weight, i))
        one, other = pen.load(pen.row(down, i)), pen.load(pen.row(up, i))
        for total, part in zip(totals, (pen.larger(one, other), one, other), strict=True):
            pen.b.store(pen.add(pen.b.load(total), pen.times(share, part)), total)
    for place, total in enumerate(totals):
        pen.store(pen.b.load(total), pen.row(sums, ir.Constant(ir.IntType(64), place)))


def _keep(pen: _Pen) -> None:
    """(state, kept, firms): each row times the row `kept`, 1 or 0 a lane."""
    state, kept = pen.data(0), pen.load(pen.row(pen.data(1), ir.Constant(ir.IntType(64), 0)))
    with pen.each(ir.Constant(ir.IntType(64), 0), pen.number(2)) as i:
        pen.store(pen.b.fmul(pen.load(pen.row(state, i)), kept), pen.row(state, i))


replace_market = _written(6, _replace_market)
lose_inputs = _written(8, _lose_inputs)
lose_sales = _written(7, _lose_sales)
weigh = _written(5, _weigh)
keep = _written(3, _keep)
