"""A run's result files, made up: small, with all kinds of file."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np

TOKENS, LATENTS, BINS, EXAMPLES = 64, 12, 6, 3
NAMES = {"float64": "F64", "float32": "F32", "int64": "I64", "int32": "I32"}


def dense_values() -> np.ndarray:
    """The latents as a dense array, ``[tokens, latents]``: latent 3 is dead, latent 5 has negative values."""
    random = np.random.default_rng(7)
    values = np.where(random.random((TOKENS, LATENTS)) < 0.2, random.exponential(1.0, (TOKENS, LATENTS)), 0).astype(np.float32)
    values[:, 3] = 0
    values[::4, 5] *= -1
    return values


def write_safetensors(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    header, offset = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": NAMES[str(tensor.dtype)], "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(tensor.tobytes() for tensor in tensors.values()))


def write_run(folder: Path) -> None:
    values = dense_values()
    metadata = {"schema": "ae-serverless/result/1", "scalar": "mlp_latent", "type": "mlp_autoencoder_latent", "layer": "2", "shape": "Latents",
                "width": str(LATENTS), "vector_width": "0", "autoencoder": "mlp"}
    rows, columns = values.nonzero()
    lengths = np.full(4, TOKENS // 4, np.int32)
    indptr = np.concatenate([[0], np.cumsum((values != 0).sum(1))]).astype(np.int64)
    sparse = {"indptr": indptr, "sequence_lengths": lengths, "indices": columns.astype(np.int32), "values": values[rows, columns]}
    write_safetensors(folder / "latents/mlp_latent/2.safetensors", sparse, metadata)
    norms = {**sparse, "values": sparse["values"] * 2}
    write_safetensors(folder / "latents/mlp_write_norm/2.safetensors", norms,
                      {**metadata, "scalar": "mlp_write_norm", "type": "mlp_autoencoder_write_norm"})
    write_safetensors(folder / "latents/mlp_error/2.safetensors",
                      {"values": np.arange(TOKENS * 5, dtype=np.float32).reshape(TOKENS, 5), "sequence_lengths": lengths},
                      {**metadata, "scalar": "mlp_error", "type": "online_mlp_autoencoder_error", "shape": "Neurons", "width": "5"})
    write_safetensors(folder / "tokens/mlp/2.safetensors",
                      {"active_latents": (values != 0).sum(1).astype(np.int32), "mean_squared_error": np.ones(TOKENS, np.float32),
                       "input_norm": np.full(TOKENS, 2, np.float32), "sequence_lengths": lengths}, metadata)
    write_statistics(folder, values, metadata)
    summary = {"schema": "ae-serverless/summary/1", "dataset": "made", "sequences": 4, "tokens": TOKENS, "scalars": [], "autoencoders": [
        {"autoencoder": "mlp", "layer": 2, "strongestLatents": [{"latent": 1, "scalars": [{"scalar": "mlp_latent", "bottom": [], "top": [top_context(values)]}]}]}]}
    (folder / "summary.json").write_text(json.dumps(summary))
    files = [{"name": file.relative_to(folder).as_posix(), "length": file.stat().st_size, "sha256": ""} for file in sorted(folder.rglob("*.*"))]
    (folder / "run.json").write_text(json.dumps({"schema": "ae-serverless/run/1", "runId": "run-made", "results": files}))


def top_context(values: np.ndarray) -> dict:
    row = int(values[:, 1].argmax())
    return {"value": float(values[row, 1]), "sequence": row // 16, "shard": 0, "shardSequence": row // 16, "position": row % 16, "token": row,
            "context": {"firstPosition": row % 16, "tokens": [row, row + 1], "texts": [" \"quoted\"\n", " next"]}}


def write_statistics(folder: Path, values: np.ndarray, metadata: dict[str, str]) -> None:
    wide = values.astype(np.float64)
    positive = np.zeros((LATENTS, BINS), np.int64)
    positive[:, 1] = (values > 0).sum(0)
    top = {field: np.full((LATENTS, EXAMPLES), -1, kind) for field, kind in
           (("values", np.float32), ("sequences", np.int64), ("positions", np.int32), ("tokens", np.int32), ("shards", np.int32), ("shard_sequences", np.int32))}
    top["values"][:] = np.nan
    for latent in range(LATENTS):
        for rank, row in enumerate([row for row in np.argsort(-values[:, latent], kind="stable") if values[row, latent] > 0][:EXAMPLES]):
            top["values"][latent, rank] = values[row, latent]
            for field, value in (("sequences", row // 16), ("positions", row % 16), ("tokens", row), ("shards", 0), ("shard_sequences", row // 16)):
                top[field][latent, rank] = value
    tensors = {"count": (values != 0).sum(0).astype(np.int64), "frequency": (wide != 0).mean(0), "mean": wide.mean(0), "mean_square": (wide**2).mean(0),
               "variance": wide.var(0), "standard_deviation": wide.std(0), "histogram_positive": positive, "top_sequences": top["sequences"],
               "max": values.max(0), "min": values.min(0), "histogram_edges": np.array([0, 0.5, 1, 2, 4, 8, np.inf], np.float32),
               **{f"top_{field}": tensor for field, tensor in top.items() if field != "sequences"}}
    write_safetensors(folder / "statistics/mlp_latent/2.safetensors", tensors, metadata)
