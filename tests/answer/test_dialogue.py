"""Dialogue: follow-ups made whole from the conversation, and new topics left alone."""

from __future__ import annotations

import pytest

from answer.dialogue import Standalone, standalone
from engine.engine import Message


def said(*turns: str) -> list[Message]:
    """Turns, the customer's and the assistant's by turns; "> " begins the assistant's."""
    return [
        Message("assistant", turn.removeprefix("> ")) if turn.startswith("> ") else Message("user", turn)
        for turn in turns
    ]


FOLLOWUPS: list[tuple[tuple[str, ...], str, str]] = [
    # a pronoun
    (("How heavy is the K200?",), "And its warranty?", "The warranty of the K200?"),
    (("How heavy is the K200?",), "Is it in stock?", "Is the K200 in stock?"),
    (("Is the Orvane K210 kettle in stock?", "> Orvane K210: 31 in stock. [1]"), "How much does it cost?",
     "How much does the Orvane K210 kettle cost?"),
    (("Which kettle is the quietest?", "> The noise level of Brellin Hush 17 is 54 dB. [1]"), "How much is it?",
     "How much is the Brellin Hush 17?"),
    (("Tell me about the Leaf 15.",),
     "Can this model go into the dishwasher?", "Can the Leaf 15 go into the dishwasher?"),
    (("How loud is the Swift 17?",), "Does that come in black?", "Does the Swift 17 come in black?"),
    (("How heavy is the K200?",), "Is the K210 heavier than it?", "Is the K210 heavier than the K200?"),
    (("How heavy is the K200?",), "Is it better than the K210?", "Is the K200 better than the K210?"),
    (("What is the price of the K200?",), "Does this kettle keep water warm?", "Does the K200 keep water warm?"),
    (("Compare the K200 and the K210.",), "Do they keep water warm?", "Do the K200 and the K210 keep water warm?"),
    (("Compare the K200 and the K210.",), "Which one is cheaper?", "Which one is cheaper: K200, K210?"),
    # an aspect alone
    (("How heavy is the K200?",), "and the warranty?", "The warranty of the K200?"),
    (("How heavy is the K200?",), "What about the price?", "The price of the K200?"),
    (("How heavy is the K200?",), "How much?", "How much is the K200?"),
    (("How heavy is the K200?",), "In stock?", "Is the K200 in stock?"),
    (("How heavy is the K200?",), "What is the warranty?", "What is the warranty for the K200?"),
    (("How heavy is the K200?",), "What colours are there?", "What colours are there for the K200?"),
    # another product
    (("How heavy is the K200?",), "And the K210?", "How heavy is the K210?"),
    (("How heavy is the K200?",), "and for the K210?", "How heavy is the K210?"),
    (("How heavy is the K200?", "> The weight of Orvane K200 is 1.2 kg. [1]", "and its warranty?"), "and the Swift 17?",
     "The warranty of the Swift 17?"),
    (("What is the warranty of the Brellin Hush 17?",), "How about the E7 Duo?", "What is the warranty of the E7 Duo?"),
    (("Can I return a kettle?",), "And a toaster?", "Can I return a toaster?"),
    (("How long is the guarantee for the K200?",), "and for batteries?", "How long is the guarantee for batteries?"),
    # another place, another form
    (("Do you ship to Norway?",), "And to Switzerland?", "Do you ship to Switzerland?"),
    (("Do you ship to Norway?",), "What about Switzerland?", "Do you ship to Switzerland?"),
    (("How much is the K200?",), "how about in black?", "How much is the K200 in black?"),
    (("How much is the 1.5 l kettle?",), "And the 1.7 l one?", "How much is the 1.7 l kettle?"),
    (("How much is the K200 kettle?",), "What about the bigger one?", "How much is the bigger kettle?"),
    (("How much is the K200 kettle?",), "Do you have a cheaper one?", "Do you have a cheaper kettle?"),
    # one of a list
    (("Which kettles do you have?", "> - Orvane K200: price 79.90 EUR [1]\n- Brellin Hush 17: price 59.00 EUR [2]"),
     "How loud is the second one?", "How loud is the Brellin Hush 17?"),
    # the product of an earlier turn
    (("How heavy is the K200?", "> The weight of Orvane K200 is 1.2 kg. [1]", "Do you ship to Norway?", "> Yes. [1]"),
     "And what is its warranty?", "What is the K200's warranty?"),
    # Chinese
    (("K200电热水壶多重？",), "那保修呢？", "K200电热水壶的保修？"),
    (("K200电热水壶多重？",), "它有货吗？", "K200电热水壶有货吗？"),
    (("K200电热水壶多重？",), "多少钱？", "K200电热水壶多少钱？"),
    (("K200电热水壶多重？",), "保修多久", "K200电热水壶保修多久？"),
    (("K200多重？",), "那K210呢？", "K210多重？"),
    (("K200多重？", "> K200 的重量是 1.2 kg。[1]", "那保修呢"), "K210呢", "K210的保修？"),
    (("3升的电饭煲多少钱？",), "换成1.5升的呢", "1.5升的电饭煲多少钱？"),
    (("B650破壁机多少钱？",), "黑色的呢？", "黑色的B650破壁机多少钱？"),
    (("B650破壁机多少钱？",), "这款破壁机能做豆浆吗？", "B650破壁机能做豆浆吗？"),
    (("B650破壁机多少钱？",), "它和B650 Pro哪个好？", "B650破壁机和B650 Pro哪个好？"),
    (("哪款加湿器最安静？", "> 苏沫 H4加湿器的噪音是 26 分贝。[1]"), "它多少钱？", "苏沫 H4加湿器多少钱？"),
    (("寄到香港要多少钱？",), "那澳门呢？", "寄到澳门要多少钱？"),
    (("RC40和RC50有什么区别？",), "哪个便宜？", "RC40和RC50，哪个便宜？"),
    (("微波炉保修多久？",), "那电饭煲呢？", "电饭煲保修多久？"),
    # a part or a use of it
    (("How much is the Orvane K210 kettle?",), "How long is the cable?",
     "How long is the cable (the Orvane K210 kettle)?"),
    (("电饭煲RC40多少钱？",), "内胆能放洗碗机吗？", "RC40内胆能放洗碗机吗？"),
    (("K210多少钱？", "> K210烧水壶的价格是 109.00 EUR。[1]"), "怎么除垢？", "K210怎么除垢？"),
    (("K210多少钱？", "> K210烧水壶的价格是 109.00 EUR。[1]"), "有便宜一点的吗", "有便宜一点的烧水壶吗？"),
    (("K210多少钱？",), "噪音大吗", "K210噪音大吗？"),
    (("My robot shows E11",), "So what do I do?", "My robot shows E11 what do I do?"),
    (("P6有现货吗？",), "什么时候到？", "P6什么时候到？"),
    (("28的不粘炒锅什么价",), "那32的呢？", "32的不粘炒锅什么价？"),
    (("What is the price of the small 2-slot toaster?",), "And the one for four slices?",
     "What is the price of the toaster for four slices?"),
    # across languages
    (("How heavy is the K200?",), "那保修呢？", "K200的保修？"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "query", "text"), FOLLOWUPS)
def test_a_followup_is_made_whole(before: tuple[str, ...], query: str, text: str) -> None:
    """What it leaves to the conversation stands in the question itself."""
    assert standalone(query, said(*before)) == Standalone(text, resolved=True)


ALONE = [
    "Do you ship to Norway?",
    "What is your return policy?",
    "How do vouchers work?",
    "How much is express delivery?",
    "How much does gift wrapping cost?",
    "Is it possible to pay by invoice?",
    "Does it cost extra to send a parcel to an island?",
    "How long is the guarantee on knives?",
    "Which toasters do you have?",
    "Is the Brellin Hush 17 in stock?",
    "I bought a Swift 17 and its lid is broken, what can I do?",
    "Opening hours?",
    "Are you open this Saturday?",
    "And how much is the Leaf 15?",
    "Thanks!",
    "Where is your showroom?",
    "运费多少？",
    "你们几点开门？",
    "退货运费谁出？",
    "可以开发票吗？",
    "这个月有什么优惠？",
    "B650破壁机多少钱？",
    "有没有适合四口之家的电饭煲？",
    "会员怎么升级？",
    "谢谢！",
    "退货政策是什么？",
    "电磁炉能用哪些锅？",
]


@pytest.mark.parametrize("query", ALONE)
@pytest.mark.parametrize("before", [("How heavy is the K200 kettle?",), ("K200电热水壶多重？",)])
def test_a_new_topic_is_left_alone(before: tuple[str, ...], query: str) -> None:
    """After a product's question it is searched as it was asked."""
    assert standalone(query, said(*before)) == Standalone(query, resolved=False)


@pytest.mark.parametrize("query", ["And its warranty?", "那保修呢？", "Is it in stock?", "多少钱？", ""])
def test_without_a_conversation_nothing_is_resolved(query: str) -> None:
    """There is nothing to resolve it from."""
    assert standalone(query, []) == Standalone(query, resolved=False)


def test_a_question_after_another_topic_is_not_about_the_old_product() -> None:
    """ "How much does it cost?" after a question of shipping is about the shipping."""
    history = said("How heavy is the K200?", "Do you ship to Norway?")
    assert standalone("How much does it cost?", history).text == "Do you ship to Norway? How much does it cost?"


def test_the_shops_own_names_count() -> None:
    """A brand without any form of a name is one where the shop says so."""
    history = said("糯屿多重？")
    assert standalone("它有货吗？", history).text != "糯屿有货吗？"
    assert standalone("它有货吗？", history, ["糯屿"]).text == "糯屿有货吗？"
