"""The transformer's block."""

from __future__ import annotations

from course_utils.checks import count
from course_utils.initializers import xavier
from course_utils.layers.activations import ReLU
from course_utils.layers.attention import MultiHeadAttention
from course_utils.layers.base import Layer
from course_utils.layers.dense import Dense
from course_utils.layers.dropout import Dropout
from course_utils.layers.layernorm import LayerNorm
from course_utils.layers.residual import Residual
from course_utils.layers.sequence import HasMask, Mask
from course_utils.layers.sequential import Sequential


class TransformerBlock(Sequential):
    """Positions exchange what they know, then each thinks for itself  (chapter 22).

    pre-LN:   Y = X + attention(LN X)         Z = Y + mlp(LN Y)               gradients pass the sums unchanged
    post-LN:  Y = LN(X + attention(X))        Z = LN(Y + mlp(Y))              as first published; wants a warmup

    ``d``, ``heads``, ``causal``, ``mask``  see :class:`~course_utils.layers.attention.MultiHeadAttention`
    ``hidden``      width of the mlp ``d → hidden → d``; 4d by default
    ``norm_first``  pre-LN (Xiong et al. 2020), or post-LN (Vaswani et al. 2017)
    ``activation``  of the mlp; a new ReLU by default
    ``dropout``     share of each branch dropped before it is added (Vaswani et al. 2017, §5.4)

    Equal to ``torch.nn.TransformerEncoderLayer(d, heads, hidden, dropout=0, norm_first=…)``.

    >>> TransformerBlock(512, heads=8, hidden=2048).size
    3152384
    """

    def __init__(
        self,
        d: int,
        heads: int,
        hidden: int | None = None,
        causal: bool = False,
        mask: Mask | HasMask | None = None,
        norm_first: bool = True,
        activation: Layer | None = None,
        dropout: float = 0.0,
    ) -> None:
        wide = count("hidden", 4 * d if hidden is None else hidden, 1, "it is the width of the mlp")
        self.heads, self.norm_first = heads, norm_first
        attend: list[Layer] = [MultiHeadAttention(d, heads, causal, mask)]
        think: list[Layer] = [Dense(d, wide, xavier), activation or ReLU(), Dense(wide, d, xavier)]
        if dropout:
            attend, think = [*attend, Dropout(dropout)], [*think, Dropout(dropout)]
        if norm_first:
            super().__init__([Residual([LayerNorm(d), *attend]), Residual([LayerNorm(d), *think])])
        else:
            super().__init__([Residual(attend), LayerNorm(d), Residual(think), LayerNorm(d)])
        self.d, self.hidden = d, wide

    def __repr__(self) -> str:
        return f"TransformerBlock({self.d}, heads={self.heads}, hidden={self.hidden})"
