"""Filters as typed on the command line (`brand=Acme`, `price=10..100`), read into the wire's form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from index.chunk import Value
from index.errors import BadRequest

_FILTER = re.compile(r"\s*([^\s<>=!]+)\s*(!=|<=|>=|==|=|<|>)\s*(.*?)\s*", re.DOTALL)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?")
_HOW = 'write name=value, name!=value, name<=10, name>=10 or name=10..100, as in --filter "brand=Acme"'


def read_filters(texts: Sequence[str]) -> dict[str, Any]:
    """Several filters as one mapping: equal values of one name are alternatives, its bounds make one range.

    Raises BadRequest, naming the filter that cannot be understood.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, condition = _read(text)
        known = found.get(name)
        if known is None:
            found[name] = condition
        elif isinstance(known, dict) and isinstance(condition, dict) and not known.keys() & condition.keys():
            found[name] = _joined(text, known, condition)
        elif not isinstance(known, dict) and not isinstance(condition, dict):
            found[name] = [*(known if isinstance(known, list) else [known]), condition]
        else:
            raise BadRequest(f"--filter {text!r} contradicts an earlier filter on {name!r}; keep one of them")
    return found


def _joined(text: str, first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    if "not" in first or "not" in second:
        raise BadRequest(f"--filter {text!r}: a range and != cannot be given for the same name; keep one of them")
    return first | second


def _read(text: str) -> tuple[str, Any]:
    match = _FILTER.fullmatch(text)
    if match is None or not match[3]:
        raise BadRequest(f"--filter {text!r} is not understood; {_HOW}")
    name, operator, written = match.groups()
    low, dots, high = written.partition("..")
    match operator:
        case "<" | ">":
            raise BadRequest(f"--filter {text!r}: use {operator}= (bounds are included)")
        case "<=":
            return name, {"max": _value(written)}
        case ">=":
            return name, {"min": _value(written)}
    condition: Any = _value(written)
    if dots and (low or high) and not written.startswith('"'):
        condition = {side: _value(end) for side, end in (("min", low), ("max", high)) if end}
    return name, {"not": condition} if operator == "!=" else condition


def _value(text: str) -> Value:
    """A number or truth value where the text is plainly one; a quoted text, or 007, stays text."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return {"true": True, "false": False}.get(text, text)
