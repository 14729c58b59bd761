"""Talks to the app's HTTP API."""

from __future__ import annotations

import os
import time
from typing import Any, Mapping

import requests

from .errors import AeServerlessError, RunFailedError
from .run import Run
from .sources import HttpSource, raise_for_status

_TIMEOUT_SECONDS = 60
_ENDED = ("failed", "terminated", "canceled")


class Client:
    """An AeServerless app.

    Args:
        url: The app's address, such as ``http://127.0.0.1:7071``.
        key: A function key.
        session: A session of requests to use; a new one by default.
    """

    def __init__(self, url: str, key: str = "", session: requests.Session | None = None) -> None:
        self.url = url.rstrip("/")
        self._session = session or requests.Session()
        if key:
            self._session.headers["x-functions-key"] = key

    @classmethod
    def from_environment(cls) -> Client:
        """The app that ``AE_HOST`` and ``AE_KEY`` name, as for the command line."""
        host = os.environ.get("AE_HOST")
        if not host:
            raise AeServerlessError("AE_HOST: is not set; it looks like http://127.0.0.1:7071, and AE_KEY has a function key")
        return cls(host, os.environ.get("AE_KEY", ""))

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def health(self) -> dict[str, Any]:
        """Whether the app can work."""
        return self._call("GET", "/api/health")

    def runs(self, status: str | None = None, dataset: str | None = None, limit: int | None = None) -> list[dict[str, Any]]:
        """The newest runs."""
        wanted = {"status": status, "dataset": dataset, "limit": limit}
        answer = self._call("GET", "/api/runs", params={key: value for key, value in wanted.items() if value is not None})
        return list(answer["runs"])

    def status(self, run_id: str) -> dict[str, Any]:
        """A run's phase and progress."""
        return self._call("GET", f"/api/runs/{run_id}")

    def start(self, dataset: str, recipe: str | Mapping[str, Any]) -> str:
        """Starts a run and returns its id. The same request gives the same run.

        Args:
            dataset: The dataset's name.
            recipe: The name of a recipe in storage, or a recipe.
        """
        return str(self._call("POST", "/api/runs", json={"dataset": dataset, "recipe": recipe})["runId"])

    def run(
        self, dataset: str, recipe: str | Mapping[str, Any], progress: bool = True, poll_seconds: float = 2.0, timeout_seconds: float | None = None
    ) -> Run:
        """Starts a run, or finds it where it is there already, and waits for its results.

        Args:
            dataset: The dataset's name.
            recipe: The name of a recipe in storage, or a recipe.
            progress: Whether to show a bar, where tqdm is installed.
            poll_seconds: Time between two looks at it.
            timeout_seconds: How long to wait; the run goes on where that is over. Without end by default.

        Raises:
            RunFailedError: The run failed or was ended.
            TimeoutError: It is not done in time.
        """
        return self.wait(self.start(dataset, recipe), progress, poll_seconds, timeout_seconds)

    def wait(self, run_id: str, progress: bool = True, poll_seconds: float = 2.0, timeout_seconds: float | None = None) -> Run:
        """Waits for a run that was started. As :meth:`run`."""
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        bar = _bar(run_id) if progress else None
        try:
            while True:
                status = self.status(run_id)
                if bar is not None:
                    _show(bar, status)
                if status["status"].lower() == "completed":
                    return self.open(run_id)
                if status["status"].lower() in _ENDED:
                    error = status.get("error") or {}
                    raise RunFailedError(run_id, f"{error.get('subject', 'run')}: {error.get('message', status['status'])}")
                if deadline is not None and time.monotonic() > deadline:
                    raise TimeoutError(f"{run_id}: is not done after {timeout_seconds} s; wait() goes on waiting")
                time.sleep(poll_seconds)
        finally:
            if bar is not None:
                bar.close()

    def open(self, run_id: str) -> Run:
        """A run that is done."""
        return Run(HttpSource(f"{self.url}/api/runs/{run_id}/results", self._session, is_api=True), run_id)

    def _call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        answer = self._session.request(method, self.url + path, timeout=_TIMEOUT_SECONDS, **arguments)
        raise_for_status(answer)
        value: dict[str, Any] = answer.json()
        return value


def _bar(run_id: str) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(desc=run_id, unit="chunk")


def _show(bar: Any, status: Mapping[str, Any]) -> None:
    bar.total = status.get("chunksTotal") or None
    bar.n = status.get("chunksDone", 0)
    bar.set_postfix_str(f"{status.get('phase', status['status'])}, {status.get('tokensPerSecond', 0):,.0f} tokens/s", refresh=False)
    bar.refresh()
