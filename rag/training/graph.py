"""The shape of the packaged network as an ONNX graph, without its weights.

    python -m rag.training.graph

writes `rag/embed/minilm.onnx`. The graph holds no numbers but the shapes: each weight is 'external'
and handed over by `rag.embed.onnx_network` from the package's own file, with an adapter added or
not, so that one graph serves every network of Casebook and nothing is exported at the user's.
The words come in as vectors, because the table of them, half of the model, would be copied for
each network.

BERT as in Devlin et al. 2019 (arXiv:1810.04805) with the sizes of all-MiniLM-L6-v2's config.json.
Every row of a batch has the same number of tokens; so nothing is padded, and nothing is masked.
The last layer is computed for the tokens whose states are wanted, and no others.
"""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
PLACES, SEGMENTS = 512, 2
EPSILON = 1e-12
OPSET = 20  # the first with Gelu
IR_VERSION = 10  # what ONNX Runtime 1.20 reads, too


def shapes() -> dict[str, tuple[int, ...]]:
    """The weights that the graph takes: their names in the model's file, and their shapes."""
    found: dict[str, tuple[int, ...]] = {
        "embeddings.position_embeddings.weight": (PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": (SEGMENTS, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}." for number in range(LAYERS)):
        dense = {f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")}
        dense["attention.output.dense"] = (WIDTH, WIDTH)
        dense["intermediate.dense"] = (INNER, WIDTH)
        dense["output.dense"] = (WIDTH, INNER)
        for part, shape in dense.items():
            found[f"{layer}{part}.weight"] = shape
            found[f"{layer}{part}.bias"] = shape[:1]
        norms += [f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"]
    for norm in norms:
        found[f"{norm}.weight"] = found[f"{norm}.bias"] = (WIDTH,)
    return found


def graph() -> onnx.ModelProto:
    """Words (rows, tokens, WIDTH) float32, segments (rows, tokens) int64 → states of the kept.

    `kept` (rows, places) int64 holds their numbers among all tokens of the batch, from 0.
    """
    from onnx import TensorProto, helper

    draft = _Draft()
    states = _layers(draft, _embedded(draft))
    width = draft.constant("width", [WIDTH])
    shape = draft.add(
        "Concat", [draft.add("Shape", ["kept"], output="shape of kept"), width], axis=0
    )
    draft.add("Reshape", [states, shape], output="states")
    tokens, places = ["rows", "tokens"], ["rows", "places"]
    made = helper.make_graph(
        draft.nodes,
        "all-MiniLM-L6-v2",
        [
            helper.make_tensor_value_info("words", TensorProto.FLOAT, [*tokens, WIDTH]),
            helper.make_tensor_value_info("segments", TensorProto.INT64, tokens),
            helper.make_tensor_value_info("kept", TensorProto.INT64, places),
        ],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, [*places, WIDTH])],
        initializer=[*draft.constants, *(_external(*item) for item in shapes().items())],
    )
    return helper.make_model(
        made, ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPSET)]
    )


class _Draft:
    """Nodes and small constants as they are added; each output gets a number for a name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(
        self, kind: str, inputs: list[str], output: str = "", **attributes: int | float | list[int]
    ) -> str:
        from onnx import helper

        name = output or f"{kind}_{len(self.nodes)}"
        node = helper.make_node(kind, inputs, [name], name=name, **attributes)  # type: ignore[arg-type]
        self.nodes.append(node)
        return name

    def constant(self, name: str, values: list[int] | float) -> str:
        from onnx import TensorProto, helper

        if name not in {tensor.name for tensor in self.constants}:
            if isinstance(values, float):
                made = helper.make_tensor(name, TensorProto.FLOAT, [], [values])
            else:
                made = helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
            self.constants.append(made)
        return name


def _embedded(draft: _Draft) -> str:
    """The sum of the three embeddings of each token, normed: (rows x tokens, WIDTH)."""
    shape = draft.add("Shape", ["segments"], output="shape")
    tokens = draft.add("Gather", [shape, draft.constant("second", [1])], axis=0)
    end = draft.add("Squeeze", [tokens])
    start = draft.add("Squeeze", [draft.constant("nought", [0])])
    step = draft.add("Squeeze", [draft.constant("second", [1])])
    numbers = draft.add("Range", [start, end, step])
    places, segments = (
        f"embeddings.{kind}_embeddings.weight" for kind in ("position", "token_type")
    )
    of_segments = draft.add("Gather", [segments, "segments"], axis=0)
    total = draft.add("Add", ["words", of_segments])
    total = draft.add("Add", [total, draft.add("Gather", [places, numbers], axis=0)])
    flat = draft.add("Reshape", [total, draft.constant("flat", [-1, WIDTH])])
    return _normed(draft, flat, "embeddings.LayerNorm")


def _layers(draft: _Draft, states: str) -> str:
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        every, shape = states, "shape"
        if number == LAYERS - 1:
            flat = draft.add("Reshape", ["kept", draft.constant("one row", [-1])])
            states, shape = draft.add("Gather", [every, flat], axis=0), "shape of kept"
        seen = _attended(draft, states, shape, every, layer)
        mixed = _dense(draft, seen, f"{layer}attention.output.dense")
        states = _normed(
            draft, draft.add("Add", [mixed, states]), f"{layer}attention.output.LayerNorm"
        )
        inner = draft.add("Gelu", [_dense(draft, states, f"{layer}intermediate.dense")])
        outer = _dense(draft, inner, f"{layer}output.dense")
        states = _normed(draft, draft.add("Add", [outer, states]), f"{layer}output.LayerNorm")
    return states


def _attended(draft: _Draft, asking: str, shape: str, states: str, layer: str) -> str:
    """Scaled dot-product attention of all heads, of the tokens `asking` to all: as `asking`.

    `shape` names the shape, without the width, that the tokens `asking` have in their rows.
    """
    heads = draft.constant("heads", [HEADS, WIDTH // HEADS])
    parts = {}
    for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        own, own_shape = (asking, shape) if part == "query" else (states, "shape")
        rows = _dense(draft, own, f"{layer}attention.self.{part}")
        by_head = draft.add("Concat", [own_shape, heads], axis=0)
        parts[part] = draft.add("Transpose", [draft.add("Reshape", [rows, by_head])], perm=order)
    scores = draft.add("MatMul", [parts["query"], parts["key"]])
    scale = draft.constant("scale", 1 / math.sqrt(WIDTH / HEADS))
    shares = draft.add("Softmax", [draft.add("Mul", [scores, scale])], axis=-1)
    seen = draft.add("Transpose", [draft.add("MatMul", [shares, parts["value"]])],
                     perm=[0, 2, 1, 3])  # fmt: skip
    return draft.add("Reshape", [seen, draft.constant("flat", [-1, WIDTH])])


def _dense(draft: _Draft, rows: str, name: str) -> str:
    """Rows through a dense layer; weights lie as (out, in), as in the model's file."""
    return draft.add("Gemm", [rows, f"{name}.weight", f"{name}.bias"], transB=1)


def _normed(draft: _Draft, rows: str, name: str) -> str:
    inputs = [rows, f"{name}.weight", f"{name}.bias"]
    return draft.add("LayerNormalization", inputs, axis=-1, epsilon=EPSILON)


def _external(name: str, shape: tuple[int, ...]) -> onnx.TensorProto:
    """A weight that is handed over when the graph is opened."""
    from onnx import TensorProto

    tensor = TensorProto(name=name, dims=shape, data_type=TensorProto.FLOAT)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights")
    return tensor


def main() -> None:
    """Write the graph to where `rag.embed` looks for it."""
    path = Path(str(files("rag.embed") / "minilm.onnx"))
    path.write_bytes(graph().SerializeToString(deterministic=True))
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
