# SPDX-License-Identifier: GPL-3.0-or-later
"""What is worth keeping, up to so many octets in all: the oldest makes room. Nothing in here knows how long it is right."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_BESIDES = 300
"""What key, order and objects of one item take themselves, more or less."""

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


class Cache(Generic[Key, Item]):
    """Items by key. Safe for threads. ``on_gone`` is called with each item that makes room."""

    def __init__(self, max_octets: int, on_gone: Callable[[Item], None] | None = None) -> None:
        self.max_octets = max_octets
        self._on_gone = on_gone
        self._octets = 0
        self._lock = threading.Lock()
        self._items: OrderedDict[Key, tuple[Item, int]] = OrderedDict()

    def get(self, key: Key) -> Item | None:
        """Return the item that is kept under a key; it stays longer for that."""
        with self._lock:
            found = self._items.get(key)
            if found is None:
                return None
            self._items.move_to_end(key)
        return found[0]

    def put(self, key: Key, item: Item, octets: int) -> bool:
        """Keep an item that takes so many octets, instead of what was kept under the key; False if it takes too many."""
        size = octets + _BESIDES
        with self._lock:
            _, before = self._items.pop(key, (None, 0))
            self._octets -= before
            if size > self.max_octets:
                return False
            self._items[key] = (item, size)
            self._octets += size
            while self._octets > self.max_octets:
                _, (gone, took) = self._items.popitem(last=False)
                self._octets -= took
                if self._on_gone is not None:
                    self._on_gone(gone)
            return True

    def __len__(self) -> int:
        """Return how many items are kept."""
        return len(self._items)
