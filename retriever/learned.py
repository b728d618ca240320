"""The weights of fusion and relevance, as `benchmarks/learn_fusion.py` printed them: run it again to change them."""

from __future__ import annotations

from retriever.fusion import Weights

FUSION = Weights(
    dense=(0.923, -0.69, 0.263, -0.637, 2.036, -1.336, -0.635),
    keyword=(-0.181, -0.713, -0.23, -0.222, 2.466, 0.635, 0.072),
    keyword_foreign=0.617,
    foreign=4.426,
    named=3.0,
    titled=3.0,
    own=30.0,
)
RELEVANCE = (6.295, 0.267, 2.265, -5.52, 0.305, 0.16, -0.673)
