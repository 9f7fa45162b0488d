"""The root of every error that Foedus raises on purpose."""


class FoedusError(Exception):
    """Something that the caller can act on; its text is written for a person."""


class InputRefused(FoedusError):
    """An input cannot be used: a file, a query, an option.

    Attributes:
        reason: What is wrong, in one sentence.
        source: The file or place that it is wrong in, if there is one.
        line: Line in ``source``, from 1, if known.
        column: Column in that line, from 1, if known.
    """

    def __init__(
        self,
        reason: str,
        source: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        place = ":".join(str(part) for part in (source, line, column) if part is not None)
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.source = source
        self.line = line
        self.column = column
