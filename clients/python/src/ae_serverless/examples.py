"""Examples of a latent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A token at which a latent has a value.

    Attributes:
        value: The value.
        sequence: The token's sequence, counted over the dataset.
        position: Its position in the sequence.
        token: Its id.
        shard: The shard that the sequence is in.
        shard_sequence: The sequence, counted within its shard.
        texts: Texts of the tokens around it, where the run's summary has them; else empty.
        text_index: Which of ``texts`` is the token; −1 where there are none.
    """

    value: float
    sequence: int
    position: int
    token: int
    shard: int
    shard_sequence: int
    texts: tuple[str, ...] = ()
    text_index: int = -1

    def __str__(self) -> str:
        text = "".join(f"[{part}]" if i == self.text_index else part for i, part in enumerate(self.texts))
        return f"{self.value:8.3f}  {text or f'token {self.token} at {self.sequence}:{self.position}'}"
