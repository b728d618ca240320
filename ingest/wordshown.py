"""What of a Word document is shown: tracked changes accepted, wrappers opened, struck and hidden text taken out.

Symbols, formulas and raised digits become the characters that a reader sees. It does not know where notes and boxes go.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from ingest.markup import RAISED, SUPERSCRIPTS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
BLANKS = {f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
HEADING = re.compile(r"(?:heading|标题)\s*[1-9]|title|标题", re.IGNORECASE)
OFF = ("0", "false", "off", "none")
PROPERTIES = (f"{W}rPr", f"{W}trPr", f"{W}tcPr", f"{W}pPr", f"{W}numPr")
"""Where an insertion or deletion is that of a mark, a row or a cell, not of what stands inside it."""
WRAPPERS = tuple(W + name for name in ("ins", "moveTo", "smartTag", "customXml", "fldSimple", "bdo", "dir"))
SYMBOLS = {
    "symbol": dict(zip("\xa3\xb3\xb0\xb1\xb4\xb7\xb9\xbb\xa5\xb5\xaemWpD", "≤≥°±×•≠≈∞∝→μΩπΔ", strict=True)),
    "wingdings": dict(zip("\xfc\xfe\xfb\xfd\xa8\x6f\xa7\x6c\xe0\xd8", "✓☑✗☒☐☐▪●→➢", strict=True)),
    "wingdings 2": dict(zip("PORQ\xa3", "✓✗☑☒☐", strict=True)),
}
"""Font -> its characters that mean something to a reader."""


class Styles:
    """What the styles of a document hide or strike out, and which of them head a section."""

    def __init__(self, word: Any) -> None:
        self._known = {style.get(f"{W}styleId"): style for style in word.styles.element.iter(f"{W}style")}

    def heads(self, paragraph: Any) -> bool:
        """Whether a paragraph has the style of a heading."""
        style = self._known.get(value_of(paragraph.find(f"{W}pPr/{W}pStyle")))
        return style is not None and HEADING.match(value_of(style.find(f"{W}name")) or "") is not None

    def shows(self, run: Any) -> bool:
        """Whether a run is neither hidden nor struck: by itself, its style, or the style of its paragraph."""
        paragraph = next(run.iterancestors(f"{W}p"), run)
        for name in ("vanish", "strike", "dstrike"):
            found = _switch(run.find(f"{W}rPr"), name)
            for style in (run.find(f"{W}rPr/{W}rStyle"), paragraph.find(f"{W}pPr/{W}pStyle")):
                found = self._switch(value_of(style), name) if found is None else found
            if found:
                return False
        return True

    def _switch(self, identifier: str | None, name: str) -> bool | None:
        for _ in range(20):  # a style may be based on itself
            style = self._known.get(identifier)
            if style is None:
                return None
            if (found := _switch(style.find(f"{W}rPr"), name)) is not None:
                return found
            identifier = value_of(style.find(f"{W}basedOn"))
        return None


def _switch(properties: Any, name: str) -> bool | None:
    """Whether a property is on or off; None where it isn't said."""
    found = properties.find(W + name) if properties is not None else None
    return None if found is None else value_of(found) not in OFF


def settle(root: Any, styles: Styles) -> None:
    """Accept what is tracked, open what is wrapped, take out what is not shown."""
    for node in every(root, f"{MC}AlternateContent"):
        forms = [form for form in node if form.find(f".//{W}txbxContent") is not None] or list(node)
        unwrap(node, forms[0] if forms else node)
    for node in [node for node in root.iter(f"{W}*") if node.tag.endswith("Change")]:
        remove(node)
    for row in every(root, f"{W}tr"):
        if any(row.find(f"{W}trPr/{W}{name}") is not None for name in ("del", "hidden")):
            remove(row)
    for cell in every(root, f"{W}tc"):
        if cell.find(f"{W}tcPr/{W}cellDel") is not None:
            remove(cell)
    for node in every(root, f"{W}del", f"{W}moveFrom"):
        if node.getparent().tag not in PROPERTIES:
            remove(node)
    for node in every(root, *WRAPPERS):
        if node.getparent().tag not in PROPERTIES:
            unwrap(node, node)
    for node in every(root, f"{W}sdt"):
        _open_control(node)
    for paragraph in every(root, f"{W}p"):
        if any(paragraph.find(f"{W}pPr/{W}rPr/{W}{name}") is not None for name in ("del", "moveFrom")):
            _join_next(paragraph)
    for node in every(root, f"{W}ruby"):
        for run in node.findall(f"{W}rubyBase/{W}r"):
            node.getparent().addprevious(run)
        remove(node)
    for node in every(root, f"{M}oMath"):
        node.addprevious(run_of(node, _formula(node)))
        remove(node)
    for node in every(root, f"{M}oMathPara"):
        unwrap(node, node)
    for run in every(root, f"{W}r"):
        if styles.shows(run):
            _spell(run)
        else:
            remove(run)


def _open_control(control: Any) -> None:
    """A content control becomes what stands in it; a prompt to fill it in and a table of contents are dropped."""
    content = control.find(f"{W}sdtContent")
    gallery = value_of(control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")) or ""
    if content is None or gallery == "Table of Contents":
        remove(control)
        return
    if control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
        for run in every(content, f"{W}r"):
            remove(run)
    unwrap(control, content)


def _join_next(paragraph: Any) -> None:
    """A paragraph whose end is deleted goes on in the next one."""
    following = paragraph.getnext()
    if following is not None and following.tag == f"{W}p":
        place = 1 if following.find(f"{W}pPr") is not None else 0
        for child in reversed([child for child in paragraph if child.tag != f"{W}pPr"]):
            following.insert(place, child)
        remove(paragraph)


def _spell(run: Any) -> None:
    """Symbols as characters, and raised digits as such, lest `29.90` with note 1 read 29.901."""
    raised = value_of(run.find(f"{W}rPr/{W}vertAlign")) == "superscript"
    for symbol in run.findall(f"{W}sym"):
        code = int(symbol.get(f"{W}char") or "0", 16)
        char = chr(code - 0xF000 if 0xF000 <= code < 0xF100 else code)
        known = SYMBOLS.get((symbol.get(f"{W}font") or "").lower(), {})
        symbol.addprevious(text_of(run, known.get(char, "" if code >= 0xE000 else char)))
        remove(symbol)
    for text in run.findall(f"{W}t") if raised else ():
        if RAISED.fullmatch((text.text or "").strip()):
            text.text = (text.text or "").translate(SUPERSCRIPTS)


def _formula(node: Any) -> str:
    """A formula in one line: fractions with a stroke, exponents raised or after `^`."""
    if node.tag == f"{M}t":
        return str(node.text or "")
    parts = [(child.tag.removeprefix(M), _formula(child)) for child in node if child.tag.startswith(M)]
    named: dict[str, str] = defaultdict(str, parts)
    if node.tag == f"{M}f":
        return "/".join(part if len(part) < 2 else f"({part})" for part in (named["num"], named["den"]))
    if node.tag == f"{M}sSup":
        power = named["sup"]
        return named["e"] + (power.translate(SUPERSCRIPTS) if RAISED.fullmatch(power) else f"^({power})")
    return ("√" if node.tag == f"{M}rad" else "") + "".join(part for _, part in parts)


def words_of(node: Any) -> str:
    """The text of a node, tabs and breaks as spaces."""
    return "".join(part.text or "" if part.tag == f"{W}t" else BLANKS.get(part.tag, "") for part in node.iter(f"{W}*"))


def text_of(near: Any, words: str) -> Any:
    """A new text node; `near` is any node of the same document."""
    text = near.makeelement(f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    text.text = words
    return text


def run_of(near: Any, words: str) -> Any:
    """A new run of one text."""
    run = near.makeelement(f"{W}r", {})
    run.append(text_of(near, words))
    return run


def paragraph_of(near: Any, words: str) -> Any:
    """A new paragraph of one run."""
    paragraph = near.makeelement(f"{W}p", {})
    paragraph.append(run_of(near, words))
    return paragraph


def every(root: Any, *tags: str) -> list[Any]:
    """The nodes with these tags, in a list, so that the document may be changed on the way."""
    return list(root.iter(*tags))


def remove(node: Any) -> None:
    """Take a node out."""
    if (parent := node.getparent()) is not None:
        parent.remove(node)


def unwrap(node: Any, content: Any) -> None:
    """What stands in `content` takes the place of `node`."""
    for child in list(content):
        node.addprevious(child)
    remove(node)


def value_of(node: Any) -> str | None:
    """The `w:val` of a node, if there is one."""
    return None if node is None else node.get(f"{W}val")
