"""`PrefixCache`: what the model has read before, found by its tokens: a radix tree whose nodes hold saved KV states.

A state that was saved after N tokens serves every prompt that begins with some of them: it is put back into a slot and
cut to the common part. States lie in the machine's memory, beside the context; so a prompt attends to its own cells
alone, which shared cells in one buffer do not give (docs/log.md, "One KV buffer for all").
Tenants have trees of their own: no timing tells one what another asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False, slots=True)
class Saved:
    """A KV state of the first `length` tokens of a path; `worth` is what eviction goes by."""

    state: Any
    size: int
    length: int
    uses: int = 1
    worth: float = 0.0


@dataclass(eq=False, slots=True)
class _Node:
    edge: tuple[int, ...] = ()
    parent: _Node | None = None
    children: dict[int, _Node] = field(default_factory=dict)
    saved: Saved | None = None


class PrefixCache:
    """Keeps at most `budget` bytes of states. Not thread-safe: it belongs to the engine's thread."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.bytes = 0
        self.evictions = 0
        self._roots: dict[str, _Node] = {}
        self._nodes: dict[Saved, tuple[str, _Node]] = {}
        self._clock = 0.0

    @property
    def tokens(self) -> int:
        """How many tokens the states were saved after, together."""
        return sum(saved.length for saved in self._nodes)

    def find(self, tenant: str, tokens: Sequence[int]) -> tuple[int, Saved | None]:
        """(n, a state whose first n tokens are those of `tokens`), n as large as there is; (0, None) for none."""
        node = self._roots.get(tenant)
        tokens = tuple(tokens)
        depth = 0
        while node is not None:
            child = node.children.get(tokens[depth]) if depth < len(tokens) else None
            if child is None:
                break
            node = child
            same = common(child.edge, tokens[depth : depth + len(child.edge)])
            depth += same
            if same < len(child.edge):
                break
        if not depth or node is None:
            return 0, None
        while node.saved is None:  # whatever lies below shares all that was matched; a leaf always holds a state
            node = next(iter(node.children.values()))
        return depth, node.saved

    def used(self, saved: Saved) -> None:
        """It has been of use: it is worth keeping longer."""
        saved.uses += 1
        self._weigh(saved)

    def add(self, tenant: str, tokens: Sequence[int], state: Any, size: int) -> bool:
        """Keep a state saved after `tokens`; False where it is larger than the whole budget."""
        if size > self.budget or not tokens:
            return False
        node = self._insert(self._roots.setdefault(tenant, _Node()), tuple(tokens))
        if node.saved is not None:
            self._forget(node.saved)
        node.saved = Saved(state, size, len(tokens))
        self._nodes[node.saved] = tenant, node
        self.bytes += size
        self._weigh(node.saved)
        while self.bytes > self.budget:
            self._evict(node.saved)
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._roots.clear()
        self._nodes.clear()
        self.bytes = 0

    def _weigh(self, saved: Saved) -> None:
        # Greedy-Dual-Size-Frequency (Cherkasova 1998): what was used often and cost much for its bytes stays, and the
        # clock, which rises to the worth of what was evicted last, lets the old ones age
        saved.worth = self._clock + saved.uses * 1024.0 * saved.length / saved.size

    def _evict(self, keep: Saved) -> None:
        victim = min((saved for saved in self._nodes if saved is not keep), key=lambda saved: saved.worth)
        self._clock = victim.worth
        self.evictions += 1
        tenant, node = self._nodes[victim]
        self._forget(victim)
        while node.parent is not None and node.saved is None and not node.children:
            del node.parent.children[node.edge[0]]
            node = node.parent
        if node.parent is None and not node.children:
            del self._roots[tenant]

    def _forget(self, saved: Saved) -> None:
        _, node = self._nodes.pop(saved)
        self.bytes -= saved.size
        node.saved = None

    def _insert(self, root: _Node, tokens: tuple[int, ...]) -> _Node:
        node = root
        while tokens:
            child = node.children.get(tokens[0])
            if child is None:
                child = _Node(tokens, node)
                node.children[tokens[0]] = child
                return child
            same = common(child.edge, tokens)
            if same < len(child.edge):
                middle = _Node(child.edge[:same], node)
                node.children[tokens[0]] = middle
                child.edge, child.parent = child.edge[same:], middle
                middle.children[child.edge[0]] = child
                child = middle
            node, tokens = child, tokens[same:]
        return node


def common(left: tuple[int, ...] | list[int], right: tuple[int, ...] | list[int]) -> int:
    """How many tokens both begin with; both are tuples, or both lists."""
    low, high = 0, min(len(left), len(right))
    while low < high:  # comparing slices is a hundred times as fast as comparing tokens one by one
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
