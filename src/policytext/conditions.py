"""Which rows of a table does a condition choose, when the condition comes from a file?

A condition is read as a syntax tree and answered by comparing columns; nothing in it is run. What
is not in the small language below is refused, so that a study file can compare and do no more.
"""

from __future__ import annotations

import ast
import difflib
import operator
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policytext.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

LONGEST: Final = 2000

_LANGUAGE: Final = (
    "a condition may compare columns with values (==, !=, <, <=, >, >=, in, not in), join "
    "comparisons with and, or, not, and call .isin([…]), .isna(), .notna(), .between(a, b), "
    ".str.contains('…'), .str.startswith('…') and .str.endswith('…')"
)

_COMPARING: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def among(names: str | Sequence[str] | None, known: Sequence[str], what: str) -> list[str] | None:
    """Return names of a closed list as a list; one string is one name, None stays None.

    >>> among("plan", ["plan", "review"], "parts")
    ['plan']
    """
    if names is None:
        return None
    if not isinstance(names, str | Sequence):
        hint = "; a confidence level is confidence=" if isinstance(names, float) else ""
        raise ParameterError(
            f"{what} must be one or more of {', '.join(known)}; got {names!r}{hint}"
        )
    wanted = [names] if isinstance(names, str) else list(names)
    odd = [name for name in wanted if name not in known]
    if odd or not wanted:
        near = difflib.get_close_matches(str(odd[0]), known, n=1) if odd else []
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ParameterError(
            f"{what} must be one or more of {', '.join(known)}; got {odd[0] if odd else 'none'!r}"
            f"{hint}"
        )
    return wanted


def rows_where(
    table: pd.DataFrame, condition: str, meant: Callable[[str, Any], Any] | None = None
) -> NDArray[np.bool_]:
    """Return True for each row that a condition chooses; what is not known chooses nothing.

    ``meant`` may put another value in the place of one that a column is compared with.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"province": ["甲省", "乙省"], "year": [2019, 2021]})
    >>> rows_where(table, "province in ['甲省', '丙省'] and not year >= 2020").tolist()
    [True, False]
    """
    if len(condition) > LONGEST:
        raise ParameterError(
            f"a condition may have at most {LONGEST:,} characters, got {len(condition):,}"
        )
    plain, quoted = _without_backticks(condition)
    try:
        tree = ast.parse(plain.strip(), mode="eval")
        found = _Reader(table, condition, quoted, meant).truth(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(f"the condition {condition!r} cannot be read: {_LANGUAGE}") from error
    return found


def _without_backticks(condition: str) -> tuple[str, dict[str, str]]:
    """Replace column names in backticks by names that Python can read."""
    quoted: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        name = f"_quoted_{len(quoted)}"
        quoted[name] = match[1]
        return name

    return re.sub(r"`([^`]*)`", replace, condition), quoted


class _Reader:
    """Reads one condition on one table."""

    def __init__(
        self,
        table: pd.DataFrame,
        condition: str,
        quoted: dict[str, str],
        meant: Callable[[str, Any], Any] | None,
    ) -> None:
        self.table, self.condition, self.quoted = table, condition, quoted
        self.meant = meant or (lambda _, value: value)

    def truth(self, node: ast.expr) -> NDArray[np.bool_]:
        """Return one truth value a row."""
        if isinstance(node, ast.BoolOp):
            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            return np.asarray(join.reduce([self.truth(part) for part in node.values]), dtype=bool)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
            left, right = self.truth(node.left), self.truth(node.right)
            return left & right if isinstance(node.op, ast.BitAnd) else left | right
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            return ~self.truth(node.operand)
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            parts = [
                self._compared(one, how, other)
                for one, how, other in zip(sides, node.ops, sides[1:], strict=False)
            ]
            return np.asarray(np.logical_and.reduce(parts), dtype=bool)
        if isinstance(node, ast.Call):
            return self._called(node)
        if isinstance(node, ast.Name):
            column = self._column(node)
            if column.dtype == bool:
                return self._known(column)
        raise self._refused(node)

    def _compared(self, left: ast.expr, how: ast.cmpop, right: ast.expr) -> NDArray[np.bool_]:
        one, other = self._side(left, right), self._side(right, left)
        if isinstance(how, ast.In | ast.NotIn):
            if not hasattr(one, "isin") or not isinstance(other, list):
                raise self._refused(left)
            inside = self._known(one.isin(other))
            return inside if isinstance(how, ast.In) else ~inside & one.notna().to_numpy(dtype=bool)
        compare = _COMPARING.get(type(how))
        if compare is None or not (hasattr(one, "isna") or hasattr(other, "isna")):
            raise self._refused(left)
        try:
            return self._known(compare(one, other))
        except TypeError as error:
            raise ParameterError(
                f"the condition {self.condition!r} compares text with a number; write the value "
                "as the column holds it, text in quotes"
            ) from error

    def _side(self, node: ast.expr, against: ast.expr) -> Any:
        """Return a column, or a value as the column that it is compared with writes it."""
        if isinstance(node, ast.Name):
            return self._column(node)
        value = self._value(node)
        return self._meant(against.id, value) if isinstance(against, ast.Name) else value

    def _meant(self, name: str, value: Any) -> Any:
        column = self.quoted.get(name, name)
        if isinstance(value, list):
            return [self.meant(column, one) for one in value]
        return self.meant(column, value)

    def _called(self, node: ast.Call) -> NDArray[np.bool_]:
        path, owner = [], node.func
        while isinstance(owner, ast.Attribute):
            path.append(owner.attr)
            owner = owner.value
        if not isinstance(owner, ast.Name) or node.keywords:
            raise self._refused(node)
        column, name = self._column(owner), ".".join(reversed(path))
        values = [self._value(argument) for argument in node.args]
        match name, values:
            case "isna", []:
                return self._known(column.isna())
            case "notna", []:
                return self._known(column.notna())
            case "isin", [list() as among]:
                return self._known(column.isin(self._meant(owner.id, among)))
            case "between", [low, high]:
                return self._known(column.between(low, high))
            case "str.contains", [str() as words]:
                return self._known(column.astype("str").str.contains(words, regex=False))
            case "str.startswith", [str() as words]:
                return self._known(column.astype("str").str.startswith(words))
            case "str.endswith", [str() as words]:
                return self._known(column.astype("str").str.endswith(words))
        raise self._refused(node)

    def _column(self, node: ast.Name) -> pd.Series:
        name = self.quoted.get(node.id, node.id)
        if name in self.table.columns:
            return self.table[name]
        near = difflib.get_close_matches(name, [str(c) for c in self.table.columns], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ParameterError(
            f"the condition {self.condition!r} names {name!r}, and the columns are "
            f"{', '.join(map(str, self.table.columns))}{hint}"
        )

    def _value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            number = self._value(node.operand)
            if isinstance(number, int | float):
                return -number
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [self._value(item) for item in node.elts]
        raise self._refused(node)

    def _known(self, found: Any) -> NDArray[np.bool_]:
        """Return truth values in which "not known" is False."""
        return np.asarray(found.fillna(False), dtype=bool)

    def _refused(self, node: ast.expr) -> ParameterError:
        return ParameterError(
            f"{ast.unparse(node)!r} in the condition {self.condition!r} is not allowed: {_LANGUAGE}"
        )
