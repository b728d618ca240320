"""`ChatTemplate`: turns messages into the text a model was trained on, by the Jinja template in its own file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.engine import Message
from index.errors import ModelUnusable

BASE_STOP = ("\n\n",)
"""A base model knows no turns; its reply is the paragraph after the cue."""


def _refuse(text: str) -> NoReturn:
    raise TemplateError(text)


class ChatTemplate:
    """A compiled template. Without a source (a base model) messages become paragraphs, ending in a cue to answer.

    `stop` are texts that end a reply, besides the model's own end-of-turn token.
    """

    def __init__(self, source: str | None, *, bos: str = "", eos: str = "") -> None:
        self.stop: tuple[str, ...] = () if source else BASE_STOP
        self._tokens = {"bos_token": bos, "eos_token": eos}
        self._template = None
        if source:
            # the template is data from a file somebody downloaded: sandboxed, it can compute but not act
            environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
            environment.globals["raise_exception"] = _refuse
            environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
            try:
                self._template = environment.from_string(source)
            except TemplateError as error:
                raise ModelUnusable(f"the chat template in the model file is not valid: {error}") from error

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt text, ending where the assistant's words begin."""
        if self._template is None:
            return "\n\n".join(message.content.strip() for message in messages) + "\n\nAnswer:"
        try:
            return self._rendered(messages)
        except TemplateError:
            # templates such as Gemma's refuse a system message: its rules then open the first user message
            try:
                return self._rendered(_without_system(messages))
            except TemplateError as error:
                raise ModelUnusable(f"the model's chat template refuses this conversation: {error}") from error

    def _rendered(self, messages: Sequence[Message]) -> str:
        assert self._template is not None
        turns = [{"role": message.role, "content": message.content} for message in messages]
        return self._template.render(messages=turns, add_generation_prompt=True, **self._tokens)


def _without_system(messages: Sequence[Message]) -> list[Message]:
    rules = "\n".join(message.content for message in messages if message.role == "system")
    turns = [message for message in messages if message.role != "system"]
    if rules and turns:
        turns[0] = Message(turns[0].role, f"{rules}\n\n{turns[0].content}")
    return turns
