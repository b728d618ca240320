"""The weights of fusion and relevance, as `benchmarks/learn_fusion.py` printed them: run it again to change them."""

from __future__ import annotations

from retriever.fusion import Weights

FUSION = Weights(
    dense=(2.389, -1.201, 0.035, -0.56, 0.347, -0.446, 0.0),
    keyword=(0.497, 0.442, -0.413, -0.061, 1.585, 0.719, 0.0),
    keyword_foreign=0.075,
    foreign=4.801,
    named=4.0,
    own=8.0,
)
RELEVANCE = (9.317, 0.0, 0.0, -4.03, -0.168, -0.062, -0.342, -1.535, -2.884, 0.0)
