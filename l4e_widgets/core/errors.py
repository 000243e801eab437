"""The one family of errors: what happened, where, what was got, what was expected, how to mend it."""

from __future__ import annotations

from l4e_widgets.core.questions import Question

__all__ = [
    "Blocked",
    "Canceled",
    "Conflict",
    "DataError",
    "JobFailed",
    "L4EError",
    "NameRefused",
    "NotFound",
    "StorageError",
    "UsageError",
]


class L4EError(Exception):
    """A failure told in the user's words.

    Parameters
    ----------
    what : str
        One sentence that says what is the case.
    where : str
        File, row, column, project or model it happened at; empty where there is none.
    got : str
        What was found there.
    expected : str
        What would have been right.
    fix : str
        What the user can do about it.

    Attributes
    ----------
    code : str
        Stable identifier of the kind of error, the same through every door.
    exit_code : int
        What the command line ends with: 1 the input, 2 the usage, 3 a defect of ours, 130 interrupted.
    """

    code = "error"
    exit_code = 1

    def __init__(self, what: str, *, where: str = "", got: str = "", expected: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.got = got
        self.expected = expected
        self.fix = fix

    def __str__(self) -> str:
        """Return the whole message as sentences on one line."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        parts = [head]
        if self.got or self.expected:
            got = f"Got {self.got}" if self.got else ""
            expected = f"expected {self.expected}" if self.got else f"Expected {self.expected}" if self.expected else ""
            parts.append(", ".join(part for part in (got, expected if self.expected else "") if part) + ".")
        if self.fix:
            parts.append(self.fix)
        return " ".join(part if part.endswith((".", "!", "?")) else part + "." for part in parts)

    def to_dict(self) -> dict[str, str]:
        """Return the five parts and the code, for documents and for other doors."""
        return {
            "code": self.code,
            "what": self.what,
            "where": self.where,
            "got": self.got,
            "expected": self.expected,
            "fix": self.fix,
        }

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the five parts, so that the error crosses a process boundary whole."""
        return error_from_dict, (self.to_dict(),)


class DataError(L4EError):
    """The data cannot be read or cannot be learned from.

    Parameters
    ----------
    what, where, got, expected, fix : str
        The five parts of every error.
    question : Question or None
        What has to be answered first, where that is why; a page can ask it.
    """

    code = "data"

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        got: str = "",
        expected: str = "",
        fix: str = "",
        question: Question | None = None,
    ) -> None:
        super().__init__(what, where=where, got=got, expected=expected, fix=fix)
        self.question = question

    def to_dict(self) -> dict[str, str]:
        """Return the five parts, the code, and the question as JSON where there is one."""
        parts = super().to_dict()
        return {**parts, "question": self.question.to_json()} if self.question else parts


class NameRefused(L4EError):
    """A name breaks its rule or is taken."""

    code = "name"


class NotFound(L4EError):
    """A project, model, sensor or file is not there."""

    code = "not_found"


class Blocked(L4EError):
    """A step cannot go on yet; the reason is a state of the project."""

    code = "blocked"


class Conflict(L4EError):
    """Someone else changed the document first."""

    code = "conflict"


class StorageError(L4EError):
    """The disk is full, read-only or holds something unexpected."""

    code = "storage"


class JobFailed(L4EError):
    """A job ended without a result of its own sentence."""

    code = "job_failed"
    exit_code = 3


class UsageError(L4EError):
    """A call or an option cannot mean anything."""

    code = "usage"
    exit_code = 2


class Canceled(L4EError):
    """The work was cancelled by the user."""

    code = "canceled"
    exit_code = 130


_FAMILY: dict[str, type[L4EError]] = {
    kind.code: kind
    for kind in (
        L4EError,
        DataError,
        NameRefused,
        NotFound,
        Blocked,
        Conflict,
        StorageError,
        JobFailed,
        UsageError,
        Canceled,
    )
}


def error_from_dict(parts: dict[str, str]) -> L4EError:
    """Rebuild an error from what `L4EError.to_dict` gave.

    Parameters
    ----------
    parts : dict of str to str
        The five parts and the code; an unknown code gives a plain `L4EError`.

    Returns
    -------
    L4EError
        The error, of the class its code names.
    """
    kind = _FAMILY.get(parts.get("code", "error"), L4EError)
    error = kind(
        parts.get("what", "Something went wrong."),
        where=parts.get("where", ""),
        got=parts.get("got", ""),
        expected=parts.get("expected", ""),
        fix=parts.get("fix", ""),
    )
    if isinstance(error, DataError) and parts.get("question"):
        error.question = Question.from_json(parts["question"])
    return error
