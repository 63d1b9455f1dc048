"""Results remembered in the process up to a size, so that eight large ones do not fill the memory as eight small ones would not."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """A memory of results by key; when together they are larger than `most` bytes, the longest unused go first.

    A result larger than that by itself is not kept. Of two threads that miss at once both compute, and one result stays.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes held, as the makers of the results told them."""
        return self._size

    def held(self) -> list[Key]:
        """Keys of what is at hand now, the longest unused first."""
        with self._lock:
            return list(self._held)

    def get(self, key: Key, make: Callable[[], tuple[Value, int]]) -> Value:
        """The result of this key; `make` answers it with its size in bytes where it is not at hand."""
        with self._lock:
            if (found := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                return found[0]
        value, size = make()
        with self._lock:
            if size <= self._most and key not in self._held:
                self._held[key] = value, size
                self._size += size
            while self._size > self._most:
                self._size -= self._held.popitem(last=False)[1][1]
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._size = 0
