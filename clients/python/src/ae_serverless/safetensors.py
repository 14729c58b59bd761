"""Reads safetensors files by ranges: the header, and of tensors the rows that are asked for."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np
import numpy.typing as npt

from .errors import AeServerlessError
from .sources import ResultSource

Array = npt.NDArray[Any]

_HEAD_BYTES = 1 << 14
_DTYPES: Mapping[str, str] = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "u1",
    "BOOL": "?",
}


@dataclass(frozen=True)
class TensorInfo:
    """One tensor of a file.

    Attributes:
        dtype: NumPy's type of its elements.
        shape: Its dimensions.
        offset: Where its bytes begin in the file.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int

    @property
    def row_bytes(self) -> int:
        """Bytes of a row: of everything behind the first dimension."""
        return int(np.prod(self.shape[1:], dtype=np.int64)) * self.dtype.itemsize


class SafetensorsFile:
    """A safetensors file of a run whose header was read.

    Attributes:
        metadata: What the header says of the file.
        tensors: The tensors by name.
    """

    def __init__(self, source: ResultSource, name: str) -> None:
        self._source = source
        self._name = name
        head = source.read(name, 0, _HEAD_BYTES)
        if len(head) < 8:
            raise AeServerlessError(f"{name}: is not a safetensors file")
        (length,) = struct.unpack("<Q", head[:8])
        text = head[8 : 8 + length]
        if len(text) < length:
            text += source.read(name, len(head), length - len(text))
        try:
            header = json.loads(text)
        except ValueError:
            raise AeServerlessError(f"{name}: is not a safetensors file") from None
        self.metadata: Mapping[str, str] = header.pop("__metadata__", {})
        self.tensors: Mapping[str, TensorInfo] = {
            key: TensorInfo(np.dtype(_DTYPES[value["dtype"]]), tuple(value["shape"]), 8 + length + value["data_offsets"][0])
            for key, value in header.items()
        }

    def read(self, tensor: str, start: int = 0, stop: int | None = None) -> Array:
        """Rows ``start`` to ``stop`` of a tensor; all by default. Only their bytes are read."""
        info = self.tensors.get(tensor)
        if info is None:
            raise AeServerlessError(f"{self._name}: has no tensor {tensor}; it has {', '.join(self.tensors)}")
        rows = info.shape[0] if info.shape else 1
        stop = rows if stop is None else stop
        if not 0 <= start <= stop <= rows:
            raise IndexError(f"{self._name}: {tensor} has {rows} rows, not {start} to {stop}")
        data = self._source.read(self._name, info.offset + start * info.row_bytes, (stop - start) * info.row_bytes)
        if len(data) != (stop - start) * info.row_bytes:
            raise AeServerlessError(f"{self._name}: is truncated")
        return np.frombuffer(data, info.dtype).reshape((stop - start, *info.shape[1:]))
