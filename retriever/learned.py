"""The weights of fusion and relevance, as `tuning/fusion.py` printed them: run it again to change them."""

from __future__ import annotations

from retriever.fusion import Weights

FUSION = Weights(
    dense=(0.982, -0.25, 0.115, -1.104, 1.694, -0.916, -0.027),
    keyword=(0.236, -1.756, -0.157, -0.198, 2.872, 0.173, 0.395),
    keyword_foreign=(0.149, -0.829, -0.068, 0.69, -0.146, 0.766, -1.272),
    foreign=-0.616,
    named=3.0,
    titled=6.0,
    own=30.0,
)
RELEVANCE = (5.517, 1.703, -0.746, -4.999, 0.244, 0.149, -1.643)
