"""Opening embedders: any sentence-transformers folder, in any form, with the model's own prompts and pooling."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

from index.arrays import Floats
from index.embedding.embedder import PreparedEmbedder
from index.embedding.form_trial import acceptable, winner
from index.embedding.model_record import FormFacts, ModelRecord
from index.embedding.opening import embedder_facts, open_embedder
from index.embedding.preparing import prepare_embedder
from index.errors import ModelUnusable
from index.hashing import HashingEmbedder
from tests.waiting import LONGEST, within

WORDS = ["<s>", "<pad>", "</s>", "<unk>", "ask", "tell", "red", "blue", "kettle", "lamp", "水壶", "台灯"]
TEXTS = ["red kettle", "blue lamp lamp red", "水壶", "台灯 red red red kettle unknown", ""]


def tiny_model(folder: Path, kind: str = "bert", pooling: str = "mean", prompts: dict[str, str] | None = None) -> Path:
    """A sentence-transformers folder of two layers and 32 dimensions with fixed random weights."""
    import torch

    sizes = {
        "vocab_size": len(WORDS),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": 40,
        "pad_token_id": 1,
    }
    torch.manual_seed(5)
    if kind == "bert":
        network = BertModel(BertConfig(**sizes), add_pooling_layer=False)
    else:
        network = XLMRobertaModel(XLMRobertaConfig(**sizes, type_vocab_size=1), add_pooling_layer=False)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    network.save_pretrained(folder)
    end = {"SpecialToken": {"id": "</s>", "type_id": 0}}
    files = {
        "tokenizer.json": {
            "version": "1.0",
            "added_tokens": [],
            "pre_tokenizer": {"type": "WhitespaceSplit"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, end],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                "special_tokens": {
                    token: {"id": token, "ids": [WORDS.index(token)], "tokens": [token]} for token in ("<s>", "</s>")
                },
            },
            "model": {
                "type": "WordLevel",
                "vocab": {word: number for number, word in enumerate(WORDS)},
                "unk_token": "<unk>",
            },
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
        "sentence_bert_config.json": {"max_seq_length": 16, "model_args": {"add_pooling_layer": False}},
        "config_sentence_transformers.json": {"prompts": prompts or {}, "model_type": "SentenceTransformer"},
        "1_Pooling/config.json": {
            "word_embedding_dimension": 32,
            "pooling_mode_mean_tokens": pooling == "mean",
            "pooling_mode_cls_token": pooling == "cls",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        ],
    }
    (folder / "1_Pooling").mkdir()
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize(("kind", "pooling"), [("bert", "mean"), ("bert", "cls"), ("xlm-roberta", "mean")])
def test_every_form_follows_the_models_own_settings(tmp_path: Path, kind: str, pooling: str) -> None:
    """Both fp32 forms equal the bare encode with the model's prompts; the 8-bit form stays near."""
    model = tiny_model(tmp_path / "tiny", kind, pooling, {"query": "ask ", "document": "tell "})
    bare = SentenceTransformer(str(model), device="cpu")
    folder = prepare_embedder(tmp_path / "models", str(model), measure=False)

    for form, gap in (("fp32", 1e-6), ("onnx-fp32", 1e-5), ("onnx-int8", 0.05)):
        embedder = open_embedder(folder, form=form, device="cpu")
        assert (embedder.dimension, embedder.max_tokens) == (32, 16)
        for prompt, embed in (("ask ", embedder.embed_queries), ("tell ", embedder.embed_passages)):
            expected = bare.encode(TEXTS, prompt=prompt, normalize_embeddings=True)
            assert np.abs(embed(TEXTS) - expected).max() < gap


def test_a_model_without_prompts_gets_none(tmp_path: Path) -> None:
    """The e5 prefixes belong to e5."""
    folder = prepare_embedder(tmp_path / "models", str(tiny_model(tmp_path / "tiny")), measure=False)
    embedder = open_embedder(folder, device="cpu")

    assert (embedder.form, embedder.query_prompt, embedder.passage_prompt) == ("fp32", "", "")
    assert np.array_equal(embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS))


def test_a_text_has_the_same_8_bit_vector_alone_and_in_company(tmp_path: Path) -> None:
    """Each token's activations are scaled by themselves, so neighbours in a batch do not matter."""
    folder = prepare_embedder(tmp_path / "models", str(tiny_model(tmp_path / "tiny")), measure=False)
    embedder = open_embedder(folder, form="onnx-int8", device="cpu")

    together = embedder.embed_passages(TEXTS)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])

    assert np.abs(together - alone).max() < 1e-5


def test_no_texts_make_no_rows(tmp_path: Path) -> None:
    """An empty batch has the model's width."""
    folder = prepare_embedder(tmp_path / "models", str(tiny_model(tmp_path / "tiny")), measure=False)

    assert open_embedder(folder, form="fp32", device="cpu").embed_passages([]).shape == (0, 32)
    assert open_embedder(folder, form="onnx-int8", device="cpu").embed_passages([]).shape == (0, 32)


def test_the_fingerprint_tells_content_form_and_prompts_apart(tmp_path: Path) -> None:
    """Equal models in different places share a space; another form, prompt or weight makes another."""
    models = tmp_path / "models"
    same, twin = tiny_model(tmp_path / "a"), tiny_model(tmp_path / "b")
    prompted = tiny_model(tmp_path / "c", prompts={"query": "ask "})

    def fingerprint(model: Path, form: str = "fp32") -> str:
        return open_embedder(prepare_embedder(models, str(model), measure=False), form=form, device="cpu").fingerprint

    assert fingerprint(same) == fingerprint(twin)
    assert len({fingerprint(same), fingerprint(same, "onnx-int8"), fingerprint(prompted)}) == 3


def test_a_model_that_changed_must_be_prepared_again(tmp_path: Path) -> None:
    """Opening refuses it by name; preparing it again gives it a new fingerprint."""
    model = tiny_model(tmp_path / "tiny")
    folder = prepare_embedder(tmp_path / "models", str(model), measure=False)
    before = open_embedder(folder, form="fp32", device="cpu").fingerprint
    settings = json.loads((model / "sentence_bert_config.json").read_text())
    (model / "sentence_bert_config.json").write_text(json.dumps({**settings, "max_seq_length": 12}))

    with pytest.raises(ModelUnusable, match="has changed since it was prepared"):
        open_embedder(folder, form="fp32", device="cpu")

    prepare_embedder(tmp_path / "models", str(model), measure=False)
    after = open_embedder(folder, form="fp32", device="cpu")
    assert after.max_tokens == 12
    assert after.fingerprint != before


def test_refuses_what_is_no_embedder(tmp_path: Path) -> None:
    """A folder without a model, no folder at all, an unprepared folder, cut weights, and an unknown form are named."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnusable, match="is not a sentence-transformers folder"):
        prepare_embedder(tmp_path / "models", str(tmp_path / "empty"))
    with pytest.raises(ModelUnusable, match=r"nowhere .* does not exist: name .* hub:owner/name"):
        prepare_embedder(tmp_path / "models", str(tmp_path / "nowhere"))
    with pytest.raises(ModelUnusable, match=r"models/bge-m3 .* does not exist"):  # and no hub was asked for it
        prepare_embedder(tmp_path / "models", "models/bge-m3")
    with pytest.raises(ModelUnusable, match="names no embedder on the hub"):
        prepare_embedder(tmp_path / "models", "hub:../secrets")
    with pytest.raises(ModelUnusable, match="is not a prepared embedder"):
        open_embedder(tmp_path / "empty")
    model = tiny_model(tmp_path / "tiny")
    folder = prepare_embedder(tmp_path / "models", str(model), measure=False)
    with pytest.raises(ModelUnusable, match="has no form 'int3'"):
        open_embedder(folder, form="int3", device="cpu")
    weights = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(ModelUnusable, match="not a usable sentence-transformers model"):
        prepare_embedder(tmp_path / "models", str(model), measure=False)


def test_measuring_keeps_the_fastest_form_that_agrees(tmp_path: Path) -> None:
    """A form below the bounds never wins, however fast."""
    fp32 = FormFacts("fp32", 10.0, 1.0, 1.0, 1.0)
    close = FormFacts("close", 25.0, 2.5, 0.998, 0.97)
    rough = FormFacts("rough", 40.0, 4.0, 0.98, 0.95)
    muddled = FormFacts("muddled", 40.0, 4.0, 0.999, 0.85)

    assert [acceptable(facts) for facts in (fp32, close, rough, muddled)] == [True, True, False, False]
    assert winner([fp32, rough, close, muddled]) == close
    assert winner([fp32, rough]) == fp32


def test_preparing_measures_once_and_records_the_facts(tmp_path: Path) -> None:
    """All forms are listed with fp32 first, the winner is one of them, and the second time nothing is done."""
    model = tiny_model(tmp_path / "tiny")
    (model / "README.md").write_text("---\nlicense: apache-2.0\n---\nA test.\n")
    told: list[str] = []
    folder = prepare_embedder(tmp_path / "models", str(model), progress=lambda what, _fraction: told.append(what))
    facts = embedder_facts(folder)

    assert [form.form for form in facts.forms][:3] == ["fp32", "onnx-fp32", "onnx-int8"]
    assert facts.forms[1].cosine > 0.9999
    assert facts.chosen == winner(facts.forms).form == open_embedder(folder, device="cpu").form
    assert (facts.name, facts.licence, facts.dimension, facts.source) == ("tiny", "apache-2.0", 32, str(model))
    assert "measuring the embedder: onnx-int8" in told
    told.clear()
    prepare_embedder(tmp_path / "models", str(model), progress=lambda what, _fraction: told.append(what))
    assert told == []


def test_auto_stays_in_the_published_space(tmp_path: Path) -> None:
    """On another machine the published form is opened, and nothing is measured; without one, the winner is."""
    model, models = tiny_model(tmp_path / "tiny"), tmp_path / "models"
    folder = prepare_embedder(models, str(model), measure=False)
    record = replace(ModelRecord.read(folder), chosen="onnx-fp32", machine="another machine")
    record.write(folder)
    published = record.fingerprint("onnx-int8")
    told: list[str] = []

    prepare_embedder(models, str(model), progress=lambda what, _fraction: told.append(what), published=published)
    kept = open_embedder(folder, published=published)

    assert told == []
    assert (kept.form, kept.fingerprint) == ("onnx-int8", published)
    assert (embedder_facts(folder, published).chosen, embedder_facts(folder).chosen) == ("onnx-int8", "onnx-fp32")
    assert open_embedder(folder, form="fp32", device="cpu", published=published).form == "fp32"
    for other in (None, "onnx-int8-of another model"):
        assert open_embedder(folder, device="cpu", published=other).form == "onnx-fp32"
    prepare_embedder(models, str(model), progress=lambda what, _fraction: told.append(what), published="of another")
    assert "measuring the embedder: fp32" in told


def test_the_fast_form_and_the_facts_need_no_torch(tmp_path: Path) -> None:
    """A server with the fast form starts without paying for torch's import."""
    folder = prepare_embedder(tmp_path / "models", str(tiny_model(tmp_path / "tiny")), measure=False)
    open_embedder(folder, form="onnx-int8", device="cpu")
    program = (
        "import sys; from pathlib import Path; from index.embedding.opening import embedder_facts, open_embedder\n"
        "folder = Path(sys.argv[1]); print(embedder_facts(folder).chosen)\n"
        "print(open_embedder(folder, form='onnx-int8', device='cpu').embed_queries(['red']).shape)\n"
        "print(sorted({'torch', 'sentence_transformers', 'onnx'} & sys.modules.keys()))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path.cwd(),
        timeout=LONGEST,
    )

    assert said.stdout.splitlines() == ["fp32", "(1, 32)", "[]"]


@pytest.mark.parametrize("form", ["fp32", "onnx-int8"])
def test_several_threads_may_ask_at_once(tmp_path: Path, form: str) -> None:
    """Eight threads get what one gets."""
    folder = prepare_embedder(tmp_path / "models", str(tiny_model(tmp_path / "tiny")), measure=False)
    embedder = open_embedder(folder, form=form, device="cpu")
    expected = embedder.embed_queries(TEXTS)
    got: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: got.append(embedder.embed_queries(TEXTS)), daemon=True) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)

    assert len(got) == 8
    assert all(np.abs(rows - expected).max() < 1e-5 for rows in got)


def test_hashed_words_can_be_checked_by_hand(tmp_path: Path) -> None:
    """ "red red kettle" is two of one slot and one of another, scaled to length 1."""
    embedder = HashingEmbedder(tmp_path, dimension=64)
    red, kettle = embedder.slot("red"), embedder.slot("kettle")

    (row,) = embedder.embed_passages(["Red red kettle"])

    assert red != kettle
    assert {int(slot): round(float(row[slot]) ** 2, 6) for slot in np.flatnonzero(row)} == {red: 0.8, kettle: 0.2}
    assert embedder.embed_queries([""])[0].tolist() == [1.0, *[0.0] * 63]


def test_on_a_gpu_questions_of_many_threads_are_one_batch(tmp_path: Path) -> None:
    """On the CPU, where a batch takes as long as its texts one by one, each thread embeds its own."""
    sizes: list[int] = []
    started, go = threading.Event(), threading.Event()

    class Lengths:
        """A model on (length, 0)."""

        dimension = 2

        def embed(self, texts: Sequence[str], prompt: str) -> Floats:
            """Waits until it is let go."""
            sizes.append(len(texts))
            started.set()
            assert go.wait(LONGEST)
            return np.array([[len(prompt + text), 0] for text in texts], np.float32)

    def opened(device: str) -> PreparedEmbedder:
        """It, as if on that device."""
        return PreparedEmbedder("m", "fp16", device, 2, 512, "m", tmp_path, "ask: ", "", Lengths())

    for device, expected in (("cuda:0", [1, 4]), ("cpu", [1, 1, 1, 1, 1])):
        sizes.clear()
        started.clear()
        go.clear()
        embedder = opened(device)
        with ThreadPoolExecutor(5) as pool:
            told = [pool.submit(embedder.embed_queries, ["a"])]
            assert started.wait(LONGEST)
            told += [pool.submit(embedder.embed_queries, ["a" * count]) for count in (2, 3, 4, 5)]
            assert device == "cpu" or within(LONGEST, lambda waiting=embedder._together._calls: len(waiting) > 3)
            go.set()
            assert [float(one.result(LONGEST)[0, 0]) for one in told] == [6, 7, 8, 9, 10]
        assert sizes == expected
