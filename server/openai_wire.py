"""The shapes of the OpenAI-compatible front: what its requests may hold, and what they come to in our own terms.

Parameters that only steer how a model words a text change nothing, since the wording is the service's own, and are
accepted; parameters that would change the reply in a way that is not served are refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from index.errors import BadRequest
from server.problems import BadParameter, ModelNotFound
from server.settings import Settings
from server.wire import AskRequest, Turn, check_text

ALIAS = "xuanji/"
"""In front of a collection's name this is the name of a model, for clients that can choose nothing but a model."""

NOT_SERVED: Mapping[str, tuple[Any, ...]] = {
    "n": (1,),
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "logit_bias": ({},),
    "stop": ("", []),
    "audio": (),
    "modalities": (["text"],),
    "response_format": ({"type": "text"},),
    "web_search_options": (),
}
"""What is refused by name, with the values beside null by which a request asks for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPart:
    """A part of a message; only those of type "text" can be read."""

    type: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """A message. Those of the roles system and developer are ignored: what orders the model gets is the service's own
    affair, and a caller's would be told to customers unchecked."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[ContentPart] | None = None

    def text(self, place: str) -> str:
        """What it says. Raises BadParameter where it holds more than text."""
        if not isinstance(self.content, list):
            return self.content or ""
        for part in self.content:
            if part.type != "text":
                raise BadParameter(f"{place}.content", f"has a part of type {part.type!r}; only text can be read")
        return "\n".join(part.text for part in self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """`include_usage` asks for one more chunk, with the counts of tokens."""

    include_usage: bool | None = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A question as chat messages: the last user message is asked, the ones before are the conversation.

    `collection`, `filters`, `language`, `top_k` and `as_of` are those of /ask; OpenAI's client sends them by
    `extra_body`. The `service_tier` "flex" makes it batch work, which gives way to people who wait. Parameters that are
    not listed, and those of sampling, are accepted and change nothing.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "ignore"}
    model: str
    messages: list[ChatMessage]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    collection: str | None = None
    filters: dict[str, Any] | None = None
    language: str = "auto"
    top_k: int = 5
    as_of: str | None = None
    service_tier: str | None = None
    n: Any = None
    tools: Any = None
    tool_choice: Any = None
    functions: Any = None
    function_call: Any = None
    logprobs: Any = None
    top_logprobs: Any = None
    logit_bias: Any = None
    stop: Any = None
    audio: Any = None
    modalities: Any = None
    response_format: Any = None
    web_search_options: Any = None

    def asked(self, own: str, settings: Settings) -> AskRequest:
        """The question in our own terms; `own` is the name of the language model that is served.

        Of a long conversation the latest `max_history` messages count: clients of this kind send all of it. Raises
        BadParameter or ModelNotFound.
        """
        for name, nothing in NOT_SERVED.items():
            value = getattr(self, name)
            if value is not None and value not in nothing:
                raise BadParameter(name, "is not supported here; leave it out")
        *history, last = self._turns()
        return AskRequest(
            query=last.content,
            history=history[max(0, len(history) - settings.max_history) :],
            collection=self._collection(own),
            filters=self.filters,
            language=self.language,
            top_k=self.top_k,
            as_of=self.as_of,
            stream=bool(self.stream),
            batch=self.service_tier == "flex",
        )

    def _turns(self) -> list[Turn]:
        """The conversation, the question last."""
        turns = [
            Turn(role=message.role, content=message.text(f"messages.{place}"))
            for place, message in enumerate(self.messages)
            if message.role in ("user", "assistant")
        ]
        if not turns or turns[-1].role != "user":
            raise BadParameter("messages", "must end with a message of the role user, which is what is asked")
        return turns

    def _collection(self, own: str) -> str:
        if self.model == own:
            return self.collection or "default"
        named = self.model.removeprefix(ALIAS)
        if named == self.model:
            raise ModelNotFound(f"there is no chat model {self.model!r}; GET /v1/models lists what is served")
        if self.collection not in (None, named):
            raise BadParameter("collection", f"is {self.collection!r}, and the model {self.model!r} names another one")
        return named


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingRequest:
    """Texts to embed. `input_type` is ours: "query" (the default) or "passage", which the model tells apart."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "ignore"}
    model: str
    input: str | list[str] | list[int] | list[list[int]]
    encoding_format: Literal["float", "base64"] = "float"
    input_type: Literal["query", "passage"] = "query"
    dimensions: int | None = None

    def texts(self, own: str, dimension: int, settings: Settings) -> list[str]:
        """What is to be embedded, by the model `own`. Raises BadParameter or ModelNotFound."""
        if self.model != own:
            raise ModelNotFound(f"there is no embedding model {self.model!r}; GET /v1/models lists what is served")
        if self.dimensions not in (None, dimension):
            raise BadParameter(
                "dimensions", f"is not supported here: the model's vectors have {dimension}; leave it out"
            )
        texts = [self.input] if isinstance(self.input, str) else _only_texts(self.input)
        if not 1 <= len(texts) <= settings.max_inputs:
            raise BadParameter("input", f"has {len(texts)} texts; 1 to {settings.max_inputs} are allowed")
        if not all(text.strip() for text in texts):
            raise BadParameter("input", "holds an empty text")
        try:
            check_text("input", texts)
        except BadRequest as error:
            raise BadParameter("input", "holds half a character (a lone surrogate), which is no text") from error
        return texts


def _only_texts(given: Sequence[Any]) -> list[str]:
    if not all(isinstance(text, str) for text in given):
        raise BadParameter("input", "holds numbers of tokens, which differ from model to model; send the texts")
    return list(given)


@dataclass(frozen=True, slots=True)
class ChatMessageBody:
    """What is replied."""

    content: str
    role: str = "assistant"
    refusal: None = None


@dataclass(frozen=True, slots=True)
class ChoiceBody:
    """The one choice that there is."""

    message: ChatMessageBody
    index: int = 0
    finish_reason: str = "stop"
    logprobs: None = None


@dataclass(frozen=True, slots=True)
class ChatUsageBody:
    """Tokens of the language model; all are 0 where none was called."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ChatBody:
    """The reply of /v1/chat/completions. `xuanji` is the object of /ask without its text: citations, passages, ..."""

    id: str
    created: int
    model: str
    choices: Sequence[ChoiceBody]
    usage: ChatUsageBody
    xuanji: Mapping[str, Any]
    object: str = "chat.completion"


@dataclass(frozen=True, slots=True)
class ModelBody:
    """A model that can be named in a request."""

    id: str
    created: int
    object: str = "model"
    owned_by: str = "xuanji"


@dataclass(frozen=True, slots=True)
class ModelsBody:
    """The reply of /v1/models."""

    data: Sequence[ModelBody]
    object: str = "list"


@dataclass(frozen=True, slots=True)
class EmbeddingBody:
    """The vector of one text, as numbers or as base64 of little-endian 32-bit floats."""

    embedding: Sequence[float] | str
    index: int
    object: str = "embedding"


@dataclass(frozen=True, slots=True)
class EmbeddingsBody:
    """The reply of /v1/embeddings."""

    data: Sequence[EmbeddingBody]
    model: str
    usage: Mapping[str, int]
    object: str = "list"
