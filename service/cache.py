"""Whole answers that are kept for who asks again, bounded in bytes."""

from collections import OrderedDict
from typing import Final

from foedus.service import metrics
from foedus.service.engine import Answer

_OVERHEAD: Final = 1_024
"""What keeping an answer takes besides its body."""
_SHARE: Final = 16
"""No answer takes more than this part of the cache."""


class Cache:
    """Answers by their tags; the one that was asked for least recently goes.

    Attributes:
        longest: How long a body may be to be kept.
    """

    def __init__(self, most: int) -> None:
        self.longest = most // _SHARE
        self._most = most
        self._size = 0
        self._answers: OrderedDict[str, Answer] = OrderedDict()

    def get(self, tag: str) -> Answer | None:
        """Give an answer, if it is kept."""
        answer = self._answers.get(tag)
        if answer:
            self._answers.move_to_end(tag)
        return answer

    def keep(self, answer: Answer) -> None:
        """Keep an answer that is whole and has a tag, unless it is too long."""
        assert answer.tag
        assert isinstance(answer.body, bytes)
        if len(answer.body) > self.longest or answer.tag in self._answers:
            return
        self._answers[answer.tag] = answer
        self._size += len(answer.body) + _OVERHEAD
        while self._size > self._most:
            _, gone = self._answers.popitem(last=False)
            assert isinstance(gone.body, bytes)
            self._size -= len(gone.body) + _OVERHEAD
        metrics.CACHE_BYTES.set(self._size)
