"""The BERT encoder as an ONNX graph, in float32 or with 8-bit matrices. It knows weights and no text.

Every token of a batch is one row, so that the matrices see no batch; attention alone sees texts. The 8-bit form keeps
each weight column in 7 signed bits (a scale per column) because AVX2 adds two 8-bit products in 16 bits and overflows
with more; each *row* of activations gets a scale of its own, so that a text's vector does not depend on the texts
beside it, and an outlier in one token spoils no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.arrays import Floats

RECIPE = 2
"""Raise it when the graph changes in a way that changes vectors: it is part of the fingerprint."""

_MICROSOFT = "com.microsoft"
_LIMIT = 63


def encoder_graph(weights: Mapping[str, Floats], config: Mapping[str, Any], *, quantized: bool) -> bytes:
    """A model file: (words, weights, lengths) -> pooled.

    `words` (texts, tokens, hidden) are word embeddings without position; `weights` (texts, 1, tokens) is each token's
    share in the pooled vector; `lengths` (texts) counts the tokens that are no padding. `pooled` (texts, 1, hidden) is
    not normalised. `weights` of the network go by the names of a BERT encoder, from `embeddings.` and `encoder.`.
    """
    return _Graph(weights, config, quantized).encoder()


def reader_graph(
    weights: Mapping[str, Floats], config: Mapping[str, Any], head: Floats, bias: Floats, *, quantized: bool
) -> bytes:
    """A model file: (words, lengths) -> scores (texts, tokens, k), which are each token's last state @ head + bias.

    `words`, `lengths`, `weights` and `config` are `encoder_graph`'s; `head` is (hidden, k), `bias` (k,). The head is
    never quantized.
    """
    return _Graph(weights, config, quantized).reader(head, bias)


class _Graph:
    def __init__(self, weights: Mapping[str, Floats], config: Mapping[str, Any], quantized: bool) -> None:
        import onnx

        self._onnx = onnx
        self._weights = weights
        self._config = config
        self._quantized = quantized
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def encoder(self) -> bytes:
        self._node("MatMul", ["weights", self._tokens()], "pooled")
        hidden, kind = self._config["hidden_size"], self._onnx.TensorProto.FLOAT
        shares = self._onnx.helper.make_tensor_value_info("weights", kind, ["texts", 1, "tokens"])
        return self._serialized([shares], "pooled", ["texts", 1, hidden])

    def reader(self, head: Floats, bias: Floats) -> bytes:
        self._node("MatMul", [self._tokens(), self._constant("head.w", head)], "head")
        self._node("Add", ["head", self._constant("head.b", bias)], "scores")
        return self._serialized([], "scores", ["texts", "tokens", len(bias)])

    def _tokens(self) -> str:
        """Every token's last state, (texts, tokens, hidden)."""
        hidden = self._config["hidden_size"]
        first = self._config["pad_token_id"] + 1 if "roberta" in self._config["model_type"] else 0
        positions = self._weights["embeddings.position_embeddings.weight"][first:]
        kinds = self._weights.get("embeddings.token_type_embeddings.weight", np.zeros((1, hidden), np.float32))
        self._constant("positions", positions + kinds[0])
        self._constant("zero", np.array([0], np.int64))
        self._constant("flat", np.array([-1, hidden], np.int64))
        if self._quantized:
            self._constant("last_axis", np.array([-1], np.int64))
            self._constant("step", np.array(1 / 127, np.float32))
            self._constant("tiny", np.array(1e-12, np.float32))
            self._constant("one", np.array(1, np.float32))
            self._constant("middle", np.array(128, np.uint8))
        self._node("Shape", ["words"], "shape")
        self._node("Shape", ["words"], "length", start=1, end=2)
        self._node("Slice", ["positions", "zero", "length", "zero"], "here")
        self._node("Add", ["words", "here"], "embedded")
        self._node("Reshape", ["embedded", "flat"], "rows")
        rows = self._normed("rows", "embeddings.LayerNorm", "normed")
        for number in range(self._config["num_hidden_layers"]):
            rows = self._layer(number, rows)
        return self._node("Reshape", [rows, "shape"], "tokens")

    def _layer(self, number: int, rows: str) -> str:
        at, tag = f"encoder.layer.{number}", f"l{number}"
        projections = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        split = [
            self._node("Reshape", [flat, "shape"], f"{flat}.texts")
            for flat in self._linear(rows, projections, f"{tag}.qkv")
        ]
        bias = self._constant(f"{tag}.qkv.bias", np.concatenate([self._weights[f"{p}.bias"] for p in projections]))
        heads = self._config["num_attention_heads"]
        self._node(
            "MultiHeadAttention", [*split, bias, "lengths"], f"{tag}.context", domain=_MICROSOFT, num_heads=heads
        )
        context = self._node("Reshape", [f"{tag}.context", "flat"], f"{tag}.context.rows")
        attended = self._added(context, rows, f"{at}.attention.output", f"{tag}.attended")
        (inner,) = self._linear(attended, [f"{at}.intermediate.dense"], f"{tag}.inner")
        bias = self._constant(f"{tag}.inner.bias", self._weights[f"{at}.intermediate.dense.bias"])
        inner = self._node("BiasGelu", [inner, bias], f"{tag}.gelu", domain=_MICROSOFT)
        return self._added(inner, attended, f"{at}.output", f"{tag}.out")

    def _added(self, rows: str, skip: str, name: str, tag: str) -> str:
        """LayerNorm(rows @ W + b + skip), with the matrix and the norm of `name`."""
        (product,) = self._linear(rows, [f"{name}.dense"], f"{tag}.dense")
        bias = self._constant(f"{tag}.bias", self._weights[f"{name}.dense.bias"])
        self._node("Add", [product, skip], f"{tag}.skipped")
        return self._normed(self._node("Add", [f"{tag}.skipped", bias], f"{tag}.sum"), f"{name}.LayerNorm", tag)

    def _linear(self, rows: str, names: Sequence[str], tag: str) -> list[str]:
        """rows @ W for each named matrix, without bias."""
        matrices = [self._weights[f"{name}.weight"].T.astype(np.float32) for name in names]
        outputs = [f"{tag}.{number}" for number in range(len(names))]
        if not self._quantized:
            for matrix, output in zip(matrices, outputs, strict=True):
                self._node("MatMul", [rows, self._constant(f"{output}.w", matrix)], output)
            return outputs
        self._node("Abs", [rows], f"{tag}.abs")
        self._node("ReduceMax", [f"{tag}.abs", "last_axis"], f"{tag}.max", keepdims=1)
        self._node("Mul", [f"{tag}.max", "step"], f"{tag}.exact")
        scale = self._node("Max", [f"{tag}.exact", "tiny"], f"{tag}.scale")
        self._node("Div", [rows, scale], f"{tag}.scaled")
        self._node("QuantizeLinear", [f"{tag}.scaled", "one", "middle"], f"{tag}.q")
        for matrix, output in zip(matrices, outputs, strict=True):
            columns = np.maximum(np.abs(matrix).max(0) / _LIMIT, 1e-12).astype(np.float32)
            eighth = np.round(matrix / columns).astype(np.int8)
            constants = [self._constant(f"{output}.w", eighth), "one", self._constant(f"{output}.s", columns)]
            self._node("MatMulIntegerToFloat", [f"{tag}.q", *constants, "middle"], f"{output}.raw", domain=_MICROSOFT)
            self._node("Mul", [f"{output}.raw", scale], output)
        return outputs

    def _normed(self, rows: str, name: str, tag: str) -> str:
        parts = [self._constant(f"{name}.{part}", self._weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        epsilon = self._config["layer_norm_eps"]
        return self._node("LayerNormalization", [rows, *parts], tag, axis=-1, epsilon=epsilon)

    def _constant(self, name: str, value: npt.NDArray[Any]) -> str:
        if value.dtype.kind == "f":
            value = value.astype(np.float32)
        self._constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **settings: Any) -> str:
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [output], domain=domain, **settings))
        return output

    def _serialized(self, more: Sequence[Any], output: str, shape: Sequence[Any]) -> bytes:
        make, kind = self._onnx.helper, self._onnx.TensorProto
        inputs = [
            make.make_tensor_value_info("words", kind.FLOAT, ["texts", "tokens", self._config["hidden_size"]]),
            *more,
            make.make_tensor_value_info("lengths", kind.INT32, ["texts"]),
        ]
        told = make.make_tensor_value_info(output, kind.FLOAT, shape)
        graph = make.make_graph(self._nodes, "encoder", inputs, [told], self._constants)
        imports = [make.make_opsetid("", 18), make.make_opsetid(_MICROSOFT, 1)]
        serialized: bytes = make.make_model(graph, opset_imports=imports, ir_version=10).SerializeToString()
        return serialized
