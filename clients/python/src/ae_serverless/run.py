"""A run's results."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Mapping

import numpy as np

from .errors import AeServerlessError
from .examples import Example
from .safetensors import Array, SafetensorsFile
from .sources import FolderSource, HttpSource, ResultSource

if TYPE_CHECKING:
    import pandas
    import scipy.sparse
    from matplotlib.axes import Axes

_FIGURES = ("count", "frequency", "mean", "mean_square", "variance", "standard_deviation", "max", "min")
_KINDS = ("top", "bottom", "magnitude")


class Run:
    """The results of a run, read by ranges when they are asked for.

    Args:
        source: Where the files are.
        run_id: The run's id.
    """

    def __init__(self, source: ResultSource, run_id: str = "") -> None:
        self.source = source
        self.run_id = run_id
        self._opened: dict[str, SafetensorsFile] = {}

    @classmethod
    def open(cls, location: str | Path) -> Run:
        """A run in a folder, or at the URL of its folder in blob storage (with a SAS in the query where it is needed)."""
        text = str(location)
        if text.startswith(("http://", "https://")):
            return cls(HttpSource(text), text.split("?")[0].rstrip("/").rsplit("/", 1)[-1])
        return cls(FolderSource(location), Path(location).name)

    def __repr__(self) -> str:
        return f"Run({self.run_id!r})"

    @cached_property
    def files(self) -> Mapping[str, int]:
        """Lengths of the run's files, by name."""
        return self.source.list()

    @cached_property
    def summary(self) -> dict[str, Any]:
        """``summary.json``: totals, how well autoencoders do, and their strongest latents."""
        summary: dict[str, Any] = json.loads(self.source.read("summary.json"))
        return summary

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """``run.json``: the recipe, every input with its version, hashes and times."""
        provenance: dict[str, Any] = json.loads(self.source.read("run.json"))
        return provenance

    @property
    def scalars(self) -> list[tuple[str, int]]:
        """Names and layers of the scalars that have statistics."""
        return self._names("statistics")

    def latents(self, name: str, layer: int | None = None, tokens: range | None = None) -> scipy.sparse.csr_array:
        """A scalar's values, ``[tokens, latents]``. The recipe's ``outputs`` must have had ``latents``.

        Args:
            name: A scalar, or an autoencoder: that means its latents.
            layer: The layer; needed where there are several.
            tokens: Rows to read, such as ``range(0, 4096)``; all by default.
        """
        from scipy.sparse import csr_array

        file = self._open("latents", name, layer)
        if "indptr" not in file.tensors:
            raise AeServerlessError(f"{name}: is dense; read it with dense()")
        if len(file.tensors["values"].shape) > 1:
            raise AeServerlessError(f"{name}: has a vector for each latent; read it with vectors()")
        indptr, indices, values = self._rows(file, tokens)
        return csr_array((values, indices, indptr), shape=(len(indptr) - 1, int(file.metadata["width"])))

    def vectors(self, name: str, layer: int | None = None, tokens: range | None = None) -> tuple[Array, Array, Array]:
        """A scalar with a vector for each active latent: ``indptr [tokens + 1]``, ``latents [n]``, ``values [n, width]``."""
        return self._rows(self._open("latents", name, layer), tokens)

    def dense(self, name: str, layer: int | None = None, tokens: range | None = None) -> Array:
        """A dense scalar's values, ``[tokens, width]``."""
        file = self._open("latents", name, layer)
        if "indptr" in file.tensors:
            raise AeServerlessError(f"{name}: is sparse; read it with latents()")
        start, stop = _bounds(tokens, file.tensors["values"].shape[0])
        return file.read("values", start, stop)

    def sequence_lengths(self, name: str, layer: int | None = None) -> Array:
        """Tokens of each sequence: how the rows of :meth:`latents` fall into sequences."""
        return self._open("latents", name, layer).read("sequence_lengths")

    def token_metrics(self, autoencoder: str, layer: int | None = None) -> pandas.DataFrame:
        """How well an autoencoder does at every token: ``active_latents``, ``mean_squared_error``, ``input_norm``."""
        import pandas

        file = self._open("tokens", autoencoder, layer)
        columns = {key: file.read(key) for key in file.tensors if key != "sequence_lengths"}
        return pandas.DataFrame(columns, index=pandas.RangeIndex(len(next(iter(columns.values()))), name="token"))

    def statistics(self, name: str, layer: int | None = None) -> pandas.DataFrame:
        """Figures of every latent of a scalar, or of the metrics of a dense one: count, frequency, moments, extremes."""
        import pandas

        file = self._open("statistics", name, layer)
        columns = {figure: file.read(figure) for figure in _FIGURES}
        metrics = file.metadata.get("metrics")
        index = pandas.Index(metrics.split(","), name="metric") if metrics else pandas.RangeIndex(len(columns["count"]), name="latent")
        return pandas.DataFrame(columns, index=index)

    def histogram(self, latent: int, name: str, layer: int | None = None) -> tuple[Array, Array, Array]:
        """A latent's histograms: edges ``[bins + 1]``, counts of values above zero, counts of magnitudes of values below."""
        file = self._open("statistics", name, layer)
        edges = file.read("histogram_edges")
        positive = file.read("histogram_positive", latent, latent + 1)[0]
        negative = file.read("histogram_negative", latent, latent + 1)[0] if "histogram_negative" in file.tensors else np.zeros_like(positive)
        return edges, positive, negative

    def examples(self, latent: int, name: str | None = None, layer: int | None = None, kind: str = "top") -> list[Example]:
        """A latent's strongest tokens, the strongest first.

        Args:
            latent: The latent.
            name: A scalar or autoencoder; may be left out where the run has one scalar.
            layer: The layer; needed where there are several.
            kind: ``top`` (above zero), ``bottom`` (most negative) or ``magnitude`` (either sign).
        """
        if kind not in _KINDS:
            raise AeServerlessError(f"kind: is {kind!r}; known are {', '.join(_KINDS)}")
        file = self._open("statistics", name, layer)
        if f"{kind}_values" not in file.tensors:
            return []
        fields = {
            field: file.read(f"{kind}_{field}", latent, latent + 1)[0]
            for field in ("values", "sequences", "positions", "tokens", "shards", "shard_sequences")
        }
        contexts = self._contexts(file.metadata, latent)
        return [
            Example(
                float(fields["values"][i]),
                int(fields["sequences"][i]),
                int(fields["positions"][i]),
                int(fields["tokens"][i]),
                int(fields["shards"][i]),
                int(fields["shard_sequences"][i]),
                *contexts.get((int(fields["sequences"][i]), int(fields["positions"][i])), ((), -1)),
            )
            for i in range(len(fields["values"]))
            if fields["sequences"][i] >= 0
        ]

    def plot(self, latent: int, name: str | None = None, layer: int | None = None, ax: Axes | None = None) -> Axes:
        """Draws a latent's histogram, values below zero to the left, with its frequency in the title. Needs matplotlib."""
        from .plotting import plot_histogram

        file = self._open("statistics", name, layer)
        scalar, number = file.metadata["scalar"], int(file.metadata["layer"])
        frequency = float(file.read("frequency", latent, latent + 1)[0])
        return plot_histogram(*self.histogram(latent, scalar, number), f"{scalar}, layer {number}, latent {latent}: {frequency:.3%}", ax)

    def _rows(self, file: SafetensorsFile, tokens: range | None) -> tuple[Array, Array, Array]:
        start, stop = _bounds(tokens, file.tensors["indptr"].shape[0] - 1)
        indptr = file.read("indptr", start, stop + 1)
        first, last = int(indptr[0]), int(indptr[-1])
        return indptr - first, file.read("indices", first, last), file.read("values", first, last)

    def _contexts(self, metadata: Mapping[str, str], latent: int) -> dict[tuple[int, int], tuple[tuple[str, ...], int]]:
        """Texts around examples, of the latents that the summary tells of."""
        if "summary.json" not in self.files:
            return {}
        found: dict[tuple[int, int], tuple[tuple[str, ...], int]] = {}
        for autoencoder in self.summary.get("autoencoders", []):
            if str(autoencoder["layer"]) != metadata.get("layer"):
                continue
            for strongest in autoencoder.get("strongestLatents", []):
                for scalar in strongest["scalars"] if strongest["latent"] == latent else []:
                    if scalar["scalar"] != metadata.get("scalar"):
                        continue
                    for example in scalar["top"] + scalar["bottom"]:
                        context = example.get("context") or {}
                        if context.get("texts"):
                            place = (example["sequence"], example["position"])
                            found[place] = (tuple(context["texts"]), example["position"] - context["firstPosition"])
        return found

    def _names(self, folder: str) -> list[tuple[str, int]]:
        parts = (path[: -len(".safetensors")].split("/") for path in self.files if path.endswith(".safetensors"))
        return sorted((part[1], int(part[2])) for part in parts if len(part) == 3 and part[0] == folder)

    def _open(self, folder: str, name: str | None, layer: int | None) -> SafetensorsFile:
        there = self._names(folder)
        if not there:
            raise AeServerlessError(f"{folder}: the run has none; the recipe's \"outputs\" say what a run keeps")
        fitting = [item for item in there if (name is None or item[0] == name) and layer in (None, item[1])]
        if not fitting:
            fitting = [item for item in there if layer in (None, item[1]) and self._is_latent_of(folder, item, name)]
        if len(fitting) == 1:
            return self._file(folder, fitting[0])
        listed = _listed(fitting or there)
        raise AeServerlessError(f"{name or folder}: say which, and of which layer: {listed}" if fitting else f"{name}: is not there; there are {listed}")

    def _is_latent_of(self, folder: str, item: tuple[str, int], autoencoder: str | None) -> bool:
        metadata = self._file(folder, item).metadata
        return metadata.get("autoencoder") == autoencoder and metadata.get("type", "").endswith("latent")

    def _file(self, folder: str, item: tuple[str, int]) -> SafetensorsFile:
        path = f"{folder}/{item[0]}/{item[1]}.safetensors"
        if path not in self._opened:
            self._opened[path] = SafetensorsFile(self.source, path)
        return self._opened[path]


def _bounds(tokens: range | None, rows: int) -> tuple[int, int]:
    if tokens is None:
        return 0, rows
    if tokens.step != 1 or tokens.start < 0 or tokens.stop > rows:
        raise IndexError(f"tokens: {tokens} is not a range of the {rows} tokens with step 1")
    return tokens.start, max(tokens.start, tokens.stop)


def _listed(items: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} at layer {layer}" for name, layer in items)
