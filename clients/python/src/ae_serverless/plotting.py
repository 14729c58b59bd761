"""Draws histograms with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_histogram(edges: np.ndarray, positive: np.ndarray, negative: np.ndarray, title: str, ax: Axes | None = None) -> Axes:
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
    ax.set_xticks([*(-ticks[::-1] if negative.any() else []), *ticks])
    ax.set_xticklabels([*(f"{-edges[i]:.2g}" for i in (ticks[::-1] if negative.any() else [])), *(f"{edges[i]:.2g}" for i in ticks)])
    ax.set_yscale("symlog")
    ax.set_xlabel("value")
    ax.set_ylabel("tokens")
    ax.set_title(title)
    return ax
