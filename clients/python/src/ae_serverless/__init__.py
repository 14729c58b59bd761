"""Starts runs of AeServerless and reads their results into NumPy, SciPy and pandas."""

from .client import Client
from .errors import AeServerlessError, ApiError, RunFailedError
from .examples import Example
from .run import Run
from .safetensors import SafetensorsFile, TensorInfo
from .sources import FolderSource, HttpSource, ResultSource

__all__ = [
    "AeServerlessError",
    "ApiError",
    "Client",
    "Example",
    "FolderSource",
    "HttpSource",
    "ResultSource",
    "Run",
    "RunFailedError",
    "SafetensorsFile",
    "TensorInfo",
]
__version__ = "1.0.0"
