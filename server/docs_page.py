"""The page at /docs: the OpenAPI schema as plain HTML, since a page with a library from elsewhere needs a network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
h2{margin-top:2.2rem;border-bottom:1px solid #d5dae2}code,pre{font:14px/1.45 ui-monospace,monospace}
pre{background:#f4f6f9;padding:.8rem;overflow:auto}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0;border-bottom:1px solid #e6e9ef}
.method{color:#0b6e4f;font-weight:600}
"""


def docs_page(schema: Mapping[str, Any]) -> str:
    """One self-contained page; everything in it comes from the schema."""
    info = schema["info"]
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{escape(info['title'])} API</title><style>{STYLE}</style>",
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{escape(info.get('summary', ''))} ",
        'The same for programs: <a href="/openapi.json">openapi.json</a>.</p>',
    ]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            parts += _operation(path, method, operation)
    parts.append("<h1>Shapes</h1>")
    for name, shape in schema.get("components", {}).get("schemas", {}).items():
        if name not in ("HTTPValidationError", "ValidationError"):
            parts += _shape(name, shape)
    return "\n".join(parts)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h2><span class="method">{escape(method.upper())}</span> <code>{escape(path)}</code></h2>'
    yield f"<p>{escape(operation.get('summary', ''))}</p>"
    for media in operation.get("requestBody", {}).get("content", {}).values():
        yield f"<p>Body: {_kind(media['schema'])}</p>"
    yield "<table>"
    for status, response in operation["responses"].items():
        kinds = [_kind(media["schema"]) for media in response.get("content", {}).values() if media.get("schema")]
        yield f"<tr><td>{escape(status)}<td>{escape(response.get('description', ''))}<td>{' '.join(kinds)}"
    yield "</table>"


def _shape(name: str, shape: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{escape(name)}">{escape(name)}</h2><p>{escape(shape.get("description", ""))}</p><table>'
    for field, kind in shape.get("properties", {}).items():
        default = f"default <code>{escape(json.dumps(kind['default']))}</code>" if "default" in kind else ""
        need = "required" if field in shape.get("required", ()) else default
        yield f"<tr><td><code>{escape(field)}</code><td>{_kind(kind)}<td>{need}"
    yield "</table>"


def _kind(schema: Mapping[str, Any]) -> str:
    """A type in a few words, with a link where it has a shape of its own."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(option) for option in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " or ".join(escape(json.dumps(value)) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("type", "anything")))
