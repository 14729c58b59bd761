"""Where a run's result files are read from: the app's HTTP API, a storage URL, or a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Mapping, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import requests

from .errors import AeServerlessError, ApiError

_TIMEOUT_SECONDS = 60


class ResultSource(Protocol):
    """The files of one run."""

    def list(self) -> Mapping[str, int]:
        """Lengths of the run's files in bytes, by name."""
        ...

    def read(self, name: str, start: int = 0, length: int | None = None) -> bytes:
        """The bytes of a file from ``start``: ``length`` of them, or all that follow."""
        ...


class FolderSource:
    """A run's results in a folder."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        if not self._path.is_dir():
            raise AeServerlessError(f"{path}: is not a folder")

    def list(self) -> Mapping[str, int]:
        files = sorted(file for file in self._path.rglob("*") if file.is_file())
        return {file.relative_to(self._path).as_posix(): file.stat().st_size for file in files}

    def read(self, name: str, start: int = 0, length: int | None = None) -> bytes:
        try:
            with open(self._path / name, "rb") as file:
                file.seek(start)
                return file.read() if length is None else file.read(length)
        except FileNotFoundError:
            raise AeServerlessError(f"{name}: does not exist in {self._path}") from None


class HttpSource:
    """A run's results over HTTP: of the app's API, or of blob storage with a SAS in the query.

    Args:
        url: The address of the run's folder; a query in it goes with every request.
        session: Carries keys and connections.
        is_api: Whether it is the app's API, which lists a run's files; of storage, ``run.json`` says which there are.
    """

    def __init__(self, url: str, session: requests.Session | None = None, is_api: bool = False) -> None:
        parts = urlsplit(url)
        self._base = parts._replace(path=parts.path.rstrip("/"))
        self._session = session or requests.Session()
        self._is_api = is_api
        self.bytes_read = 0

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def list(self) -> Mapping[str, int]:
        if self._is_api:
            return {file["path"]: file["length"] for file in json.loads(self._get("", {}).content)["files"]}
        return {file["name"]: file["length"] for file in json.loads(self.read("run.json"))["results"]}

    def read(self, name: str, start: int = 0, length: int | None = None) -> bytes:
        if length == 0:
            return b""
        end = "" if length is None else str(start + length - 1)
        whole = start == 0 and length is None
        answer = self._get("/" + quote(name), {} if whole else {"Range": f"bytes={start}-{end}"})
        self.bytes_read += len(answer.content)
        # A server that knows no ranges answers with everything.
        content = answer.content if whole or answer.status_code == 206 else answer.content[start:]
        return content if length is None else content[:length]

    def _get(self, path: str, headers: Mapping[str, str]) -> requests.Response:
        url = urlunsplit(self._base._replace(path=self._base.path + path))
        answer = self._session.get(url, headers=dict(headers), timeout=_TIMEOUT_SECONDS)
        raise_for_status(answer)
        return answer


def raise_for_status(answer: requests.Response) -> None:
    """Raises :class:`ApiError` with what the app says is wrong, where it does."""
    if answer.status_code < 400:
        return
    try:
        error = answer.json()["error"]
        subject, message = error["subject"], error["message"]
    except (ValueError, KeyError, TypeError):
        subject, message = urlsplit(answer.url).path, answer.reason or "failed"
    if answer.status_code == 401:
        message = "the function key is missing or wrong"
    raise ApiError(answer.status_code, subject, message)
