"""Quoted old mail: what an earlier message said is not told as the word of the new one."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.document import Element
from ingest.formats import detect
from ingest.reading import read

HEAD = ["Bench prices", "From: Ines <ines@plank.example>\nDate: Mon, 09 Mar 2026 10:00:00 +0000"]


def mail(folder: Path, body: str, *, html: bool = False, subject: str = HEAD[0]) -> list[tuple[str, str]]:
    """(kind, text) of what a message of this body reads as, its head aside."""
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "Ines <ines@plank.example>"
    message["Date"] = "Mon, 09 Mar 2026 10:00:00 +0000"
    message.set_content(body, subtype="html" if html else "plain")
    path = folder / "a.eml"
    path.write_bytes(message.as_bytes())
    found = [piece for piece in read(path, detect(path), ocr=False) if isinstance(piece, Element)]
    return [(element.kind, element.text) for element in found[2:]]


NEW = "The Plank bench costs 180 EUR from March on, as before in oak and in ash."


@pytest.mark.parametrize(
    ("below", "head"),
    [
        (
            "On Mon, 2 Mar 2026 at 09:12, Otto <otto@plank.example> wrote:\n> The bench is 210 EUR.\n> Regards",
            "On Mon, 2 Mar 2026 at 09:12, Otto <otto@plank.example> wrote",
        ),
        (
            "On Mon, 2 Mar 2026 at 09:12, Otto of the Plank workshop\n<otto@plank.example> wrote:\n"
            "\n> The bench is 210 EUR.",
            "On Mon, 2 Mar 2026 at 09:12, Otto of the Plank workshop <otto@plank.example> wrote",
        ),
        (
            "-----Original Message-----\nFrom: Otto\nSent: Monday, March 2, 2026 9:12 AM\nTo: Ines\nSubject: Bench\n"
            "\nThe bench is 210 EUR.",
            "From: Otto; Sent: Monday, March 2, 2026 9:12 AM",
        ),
        (
            "From: Otto\nDate: Monday, March 2, 2026\nTo: Ines\nSubject: Bench\n"
            "\nThe bench is 210 EUR.\n\nThe table is 400 EUR.",
            "From: Otto; Date: Monday, March 2, 2026",
        ),
        (
            "Am 02.03.2026 um 09:12 schrieb Otto Plank:\n> Die Bank kostet 210 EUR.",
            "Am 02.03.2026 um 09:12 schrieb Otto Plank",
        ),
        ("在 2026年3月2日，李明 写道：\n> 长凳210欧元。", "在 2026年3月2日，李明 写道"),
        (
            "------------------ 原始邮件 ------------------\n发件人: 李明\n发送时间: 2026年3月2日\n"
            "收件人: 王芳\n主题: 长凳\n\n长凳210欧元。",
            "发件人: 李明; 发送时间: 2026年3月2日",
        ),
    ],
)
def test_an_older_message_below_is_named_and_not_read(tmp_path: Path, below: str, head: str) -> None:
    """However the program marks it, in three languages."""
    assert mail(tmp_path, f"{NEW}\n\n{below}\n") == [("text", NEW), ("text", f"Earlier message (not read): {head}")]


@pytest.mark.parametrize(
    "page",
    [
        '<p>{new}</p><div class="gmail_quote"><div>On Mon, 2 Mar 2026, Otto wrote:<br></div>'
        "<blockquote><p>The bench is 210 EUR.</p><table><tr><td>Oak</td><td>210</td></tr></table></blockquote></div>",
        '<p>{new}</p><div class="moz-cite-prefix">On Mon, 2 Mar 2026, Otto wrote:</div>'
        '<blockquote type="cite"><p>The bench is 210 EUR.</p></blockquote>',
        "<p>{new}</p><p>On Mon, 2 Mar 2026, Otto wrote:</p><div><p>The bench is 210 EUR.</p></div>",
    ],
)
def test_an_older_message_in_html_is_named_and_not_read(tmp_path: Path, page: str) -> None:
    """By the marks of the programs, else by their words."""
    assert mail(tmp_path, f"<html><body>{page.format(new=NEW)}</body></html>", html=True) == [
        ("text", NEW),
        ("text", "Earlier message (not read): On Mon, 2 Mar 2026, Otto wrote"),
    ]


def test_a_quoted_question_stays_above_its_answer(tmp_path: Path) -> None:
    """An answer that stands below what it answers is understood only with it; an old statement is left out."""
    body = (
        "On Mon, 2 Mar 2026, Otto wrote:\n> Is the Plank bench weatherproof?\n\nYes, it is oiled twice.\n\n"
        "> The bench was 210 EUR.\n\nIt is 180 EUR now, and stays so until summer.\n"
    )
    assert mail(tmp_path, body) == [
        ("text", "Is the Plank bench weatherproof?\nYes, it is oiled twice."),
        ("text", "It is 180 EUR now, and stays so until summer."),
        ("text", "Earlier message (not read): On Mon, 2 Mar 2026, Otto wrote"),
    ]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Fwd: Bench",
            "For you.\n\n---------- Forwarded message ---------\nFrom: Otto\nDate: 2 Mar 2026\nSubject: Bench\n"
            "To: Ines\n\nThe bench is 210 EUR.\n",
        ),
        (
            "Bench prices",
            "See below.\n\n-----Original Message-----\nFrom: Otto\nDate: 2 Mar 2026\nTo: Ines\n"
            "\nThe bench is 210 EUR.\n",
        ),
    ],
)
def test_a_message_that_only_passes_another_on_reads_it_as_older(tmp_path: Path, subject: str, body: str) -> None:
    """What was forwarded is what the mail is about; its heading says whose word it is, and of when."""
    assert mail(tmp_path, body, subject=subject)[-2:] == [
        ("heading", "Earlier message: From: Otto; Date: 2 Mar 2026"),
        ("text", "The bench is 210 EUR."),
    ]


def test_words_that_only_look_like_marks_are_read(tmp_path: Path) -> None:
    """A greeting with a colon, a list of senders and an arrow in the text are no quotations."""
    body = "Otto wrote a list:\n\nFrom: 20 pieces\n\nPower > 5 W is enough.\n\nBench A > bench B.\n"
    assert [text for _, text in mail(tmp_path, body)] == [
        "Otto wrote a list:",
        "From: 20 pieces",
        "Power > 5 W is enough.",
        "Bench A > bench B.",
    ]
