"""`Style`: how a model is asked to answer (text, bullets, JSON; examples; step by step), and how its reply is read.

What a style is worth depends on the model; `answer.probe` measures it. The plain style is the default.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from answer.language import Form
from engine.engine import Message

Format = Literal["text", "bullets", "json"]


@dataclass(frozen=True, slots=True)
class Style:
    """`examples`: two worked questions come before the real one. `steps`: the model first copies what answers."""

    format: Format = "text"
    examples: bool = False
    steps: bool = False

    @property
    def json_schema(self) -> str:
        """What `Sampling.json_schema` must be, "" for free text."""
        return SCHEMA if self.format == "json" else ""


PLAIN = Style()
STYLES: dict[str, Style] = {
    "plain": PLAIN,
    "examples": Style(examples=True),
    "steps": Style(steps=True),
    "json": Style(format="json"),
}
"""The styles that are measured for a model, by their names in its record."""
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "sources": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 9}, "maxItems": 3},
            "answer": {"type": "string", "maxLength": 300},
        },
        "required": ["sources", "answer"],
        "additionalProperties": False,
    }
)
"""Sources first: a model that has named them answers from them."""

_INSTRUCTIONS: dict[Format, dict[Form, str]] = {
    "text": {
        "zh": "用一两句话简短回答，数字照抄原文。",
        "en": "Answer in one or two short sentences. Copy numbers exactly.",
    },
    "bullets": {
        "zh": "用要点回答，每行以“- ”开头，最多五行，数字照抄原文。",
        "en": 'Answer in bullet points, each on a line that begins with "- ", five at most. Copy numbers exactly.',
    },
    "json": {
        "zh": "用 JSON 回答：sources 是所用结果的编号，answer 是一两句话的简短回答，数字照抄原文。",
        "en": "Answer in JSON: sources are the numbers of the results you used, answer is one or two short sentences. "
        "Copy numbers exactly.",
    },
}
_STEPS: dict[Form, tuple[str, str, str]] = {
    "zh": ("先在“原文：”后照抄能回答问题的那句话，再在“回答：”后回答。", "原文：", "回答："),
    "en": (
        'First copy the sentence that answers after "Evidence:", then answer after "Answer:".',
        "Evidence:",
        "Answer:",
    ),
}
_NOT_STATED: dict[Form, str] = {"zh": "资料里没有写明，我不知道。", "en": "The results do not say; I do not know."}
_EXAMPLES: dict[Form, tuple[tuple[str, str, str, str], ...]] = {
    # (source, its sentence, question, answer); no answer: it is not stated
    "zh": (
        ("星河台灯", "星河台灯功率 9 瓦，售价 128 元。", "星河台灯多少瓦？", "星河台灯的功率是 9 瓦。"),
        ("星河台灯", "星河台灯功率 9 瓦，售价 128 元。", "星河台灯保修多久？", ""),
    ),
    "en": (
        ("Vela desk lamp", "The Vela desk lamp draws 9 W and costs 28 EUR.", "How many watts does the Vela draw?",
         "The Vela desk lamp draws 9 W."),
        ("Vela desk lamp", "The Vela desk lamp draws 9 W and costs 28 EUR.", "How long is the Vela's warranty?", ""),
    ),
}  # fmt: skip


def instruction(style: Style, form: Form) -> str:
    """What the user message asks for."""
    asked = _INSTRUCTIONS[style.format][form]
    return f"{_STEPS[form][0]}{' ' if form == 'en' else ''}{asked}" if style.steps else asked


def examples(style: Style, form: Form) -> list[Message]:
    """The worked questions as turns of a conversation; none where the style has none."""
    turns: list[Message] = []
    for source, sentence, question, answer in _EXAMPLES[form] if style.examples else ():
        turns.append(Message("user", f'<result n="1" source="{source}">\n{sentence}\n</result>\n\n{question}'))
        turns.append(Message("assistant", _reply(style, form, sentence, answer)))
    return turns


def _reply(style: Style, form: Form, sentence: str, answer: str) -> str:
    said = answer or _NOT_STATED[form]
    if style.format == "json":
        return json.dumps({"sources": [1] if answer else [], "answer": said}, ensure_ascii=False)
    marked = f"{said}{' ' if form == 'en' else ''}[1]" if answer else said
    if style.format == "bullets":
        marked = f"- {marked}"
    if not style.steps:
        return marked
    _, evidence, answered = _STEPS[form]
    return f"{evidence} {sentence if answer else '-'}\n{answered} {marked}"


def read(style: Style, reply: str) -> str:
    """The reply as text with citation marks, whatever the style; "" where it holds none."""
    if style.format == "json":
        return _from_json(reply)
    if style.steps:
        _, mark, answer = reply.rpartition("Answer:")
        if not mark:
            _, mark, answer = reply.rpartition("回答：")
        return answer.strip() if mark else reply.strip()
    return reply


def reading(style: Style, pieces: Iterable[str]) -> Iterator[str]:
    """The reply as it comes where it can be told so, else whole."""
    if style.format != "json" and not style.steps:
        yield from pieces
    elif text := read(style, "".join(pieces)):
        yield text


def _from_json(reply: str) -> str:
    """Of JSON, or of its beginning where the reply was cut: the answer with its sources as marks."""
    try:
        values = json.loads(reply)
        answer, sources = str(values["answer"]), [int(n) for n in values.get("sources", [])]
    except (ValueError, TypeError, KeyError, AttributeError):
        match = re.search(r'"answer"\s*:\s*"((?:[^"\\]|\\.)*)', reply)
        if match is None:
            return ""
        answer = re.sub(r"\\u[0-9a-fA-F]{0,4}$|\\$", "", match[1])
        try:
            answer = str(json.loads(f'"{answer}"'))
        except ValueError:
            return ""
        sources = [int(n) for n in re.findall(r"\d+", reply[: match.start()])]
    marks = "".join(f"[{n}]" for n in dict.fromkeys(sources))
    return f"{answer.strip()} {marks}".strip() if answer.strip() else ""
