"""Draws histograms with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .safetensors import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_histogram(edges: Array, positive: Array, negative: Array, title: str, ax: Axes | None = None) -> Axes:
    """Bars of values above zero to the right, of values below to the left: the bins are by magnitude and wider the farther out.

    Args:
        edges: Edges of the bins, ``[bins + 1]``: 0 first and infinity last.
        positive: Counts of values above zero.
        negative: Counts of magnitudes of values below zero.
        title: The title.
        ax: Where to draw; a new figure by default.
    """
    import matplotlib.pyplot as plt

    if ax is None:
        _, ax = plt.subplots(figsize=(7, 3))
    places = np.arange(len(positive))
    ax.bar(places + 0.5, positive, width=1, color="#2a7")
    if negative.any():
        ax.bar(-places - 0.5, negative, width=1, color="#c55")
    ticks = np.linspace(0, len(positive) - 1, 6, dtype=int)
    below = ticks[::-1].tolist() if negative.any() else []
    ax.set_xticks([*(-tick for tick in below), *ticks.tolist()])
    ax.set_xticklabels([*(f"{-edges[tick]:.2g}" for tick in below), *(f"{edges[tick]:.2g}" for tick in ticks)])
    ax.set_yscale("symlog")
    ax.set_xlabel("value")
    ax.set_ylabel("tokens")
    ax.set_title(title)
    return ax
