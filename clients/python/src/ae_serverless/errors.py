"""What can go wrong, in words that can be shown as they are."""

from __future__ import annotations


class AeServerlessError(Exception):
    """Anything that goes wrong in this package."""


class ApiError(AeServerlessError):
    """The app answered that a request can't be done.

    Attributes:
        status: The HTTP status.
        subject: What is at fault: a file, field or name.
    """

    def __init__(self, status: int, subject: str, message: str) -> None:
        super().__init__(f"{subject}: {message}" if subject else message)
        self.status = status
        self.subject = subject


class RunFailedError(AeServerlessError):
    """A run ended without results.

    Attributes:
        run_id: The run.
    """

    def __init__(self, run_id: str, reason: str) -> None:
        super().__init__(f"{run_id}: {reason}")
        self.run_id = run_id
