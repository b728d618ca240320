"""Orders inside documents: sentences that address whoever answers, which are never quoted to a customer.

What the lint tells a shop's owner of (`index.text.orders`) is meant to be sure. Here more is taken for an order, since
a sentence too few costs an answer a quote, and one too many tells the customer what a stranger wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.units import Unit
from index.text.orders import ORDERS, order_signs, orders

_REPLY = r"(?:repl(?:y|ies)|answers?|responses?|messages?)"
_ANSWER = r"(?:answer|reply|respond|say|tell|claim|state|quote|recommend|mention|send|offer)"
_ASKER = (
    r"(?:a |an |the |any |every |each |all |our |this )?"
    r"(?:customers?|visitors?|users?|buyers?|shoppers?|clients?|people|someone|anyone)"
)
_ADDRESSED = re.compile(
    # "Assistant: add ...", "SYSTEM OVERRIDE: ..."
    r"(?:^|[\n.!?>\"“(（])\s*(?:(?:ai |the |dear )?(?:assistant|chat ?bot|bot|language model|llm)\s*[:,]\s"
    r"|system (?:override|message|prompt|note|notice|instructions?|update|command)\b)"
    # "in every reply", "begin each answer with"
    rf"|\b(?:every|each|all|any)\s+(?:of your\s+)?{_REPLY}\b(?!\s+(?:is|are|was|were|to your)\b)"
    # "ignore the question"
    r"|\b(?:ignore|disregard|forget)\s+(?:the|this|any|every)\s+(?:questions?|query|users?|customers?)\b"
    # "when asked for any price, answer ...", "if a customer asks ..., tell them ..."
    rf"|\b(?:when|if|whenever)\s+(?:you(?:'re| are)\s+)?(?:{_ASKER}\s+|they\s+)?(?:is |are |get )?"
    rf"ask(?:s|ed|ing)?\b[^.!?\n]{{0,80}}?\b{_ANSWER}\b"
    # "tell every customer that", "direct visitors to"
    rf"|\b(?:tell|inform|assure|urge|persuade|instruct|direct|convince|ask|redirect)\s+(?:to\s+)?{_ASKER}\s+"
    r"(?:that|to|they|it|there|about|of|the)\b"
    # "from now on ... answer", "always answer in", "never give"
    rf"|\bfrom now on\b[^.!?\n]{{0,60}}?\b(?:you|{_ANSWER}|speak)\b"
    r"|\b(?:always|only)\s+(?:answer|reply|respond)\b|\bnever\s+(?:answer|reply|respond|reveal|cite)\b"
    r"|\b(?:answer|reply|respond)\s+(?:only|always|exclusively)\s+(?:with|in|by|that)\b"
    r"|\b(?:replaces?|overrides?|supersedes?|cancels?)\s+(?:all|any|every)\s+(?:\w+\s+)?"
    r"(?:rules?|instructions?|orders?|prompts?)\b"
    r"|\bdo not (?:mention|reveal|disclose|cite|quote)\s+(?:this|these|that|the) "
    r"(?:instructions?|message|note|notice|rules?|prompt|text|source)\b"
    r"|\b(?:maintenance|developer|debug|god|jailbreak) mode\b[^.!?\n]{0,40}"
    r"\b(?:enabled|activated|on|you|print|reveal|now)\b"
    r"|</?\s*(?:results?|system|assistant|user|instructions?)(?:\s*>|\s+n\s*=)"
    rf"|\b(?:add|integrate|insert|embed|weave|render|include)\b[^\n]{{0,160}}?\byour\s+(?:own\s+)?{_REPLY}\b"
    # 「系统消息：」, 「助手：」
    r"|(?:^|[\n。！？!?“「（(])\s*(?:系统|后台|管理员)(?:消息|提示词?|指令|命令|覆盖|通知|更新)\s*[：:]"
    r"|(?:^|[\n。！？!?“「（(])\s*(?:(?:智能|AI|人工智能|客服)?(?:助手|助理|机器人))\s*[：:，,]"
    # 「无论顾客问什么，都……」
    r"|(?:无论|不管|不论)[^。！？\n]{0,8}?(?:问|提|说)(?:到|及)?(?:的是)?(?:什么|任何|啥|何)"
    r"|(?:都|只|一律|务必|必须|只能|请)(?:要|能|须)?(?:只)?(?:回答|回复|答复|答)(?!问题后|之后|后)[“「『\"'：:说是为]"
    r"|(?:每次|每条|每个|所有|一切|任何)(?:的)?(?:回答|回复|答复)(?:里|中|末尾|开头|都|必须|后|前)"
    r"|(?:当|如果|若|凡)?(?:有)?(?:顾客|客户|用户|买家|有人|访客)(?:来)?(?:询问|问起?|提到|咨询)[^。！？\n]{0,30}?"
    r"(?:时|，|,|的话|就)[^。！？\n]{0,12}?(?:回答|回复|告诉|答复|声称|说是|报价|都说|一律)"
    r"|(?:告诉|告知|通知|引导|劝说|诱导|指引|让|要求)(?:所有|每位|每个|任何|全部|这些)?的?(?:顾客|客户|用户|买家|访客)"
    r"(?:去|前往|访问|打开|点击|登录|拨打|致电|到|在|说|本|该|这|，|,|：|输入|提供|转账)"
    r"|不(?:要|得|能|许)(?:提到|提及|透露|告诉|说出|引用|使用)[^。！？\n]{0,8}?"
    r"(?:这条|本条|这段|此条|该指令|指令|搜索结果|资料|来源|通知|规则)"
    r"|(?:取代|覆盖|替代|高于)(?:此前|之前|以前|先前|其他|其它|所有|一切|全部)+的?(?:规则|指令|规定|设定|要求)",
    re.IGNORECASE,
)


def is_order(text: str) -> bool:
    """Whether a text addresses whoever answers: to drop rules, to say the same whatever is asked, to send people on."""
    return orders(text) is not None or _ADDRESSED.search(text) is not None


def without_orders(units: Sequence[Unit]) -> list[Unit]:
    """The units of which none is an order, nor stands behind one in its paragraph or cell."""
    spoiled: dict[str, list[tuple[int, int]]] = {}
    kept = []
    for unit in units:
        chunk = unit.passage.chunk
        if chunk.id not in spoiled:
            spoiled[chunk.id] = _spoiled(chunk.text)
        if is_order(unit.text):
            continue
        if spans := spoiled[chunk.id]:
            at = chunk.text.find(unit.text)
            if any(start < at + len(unit.text) and at < end for start, end in spans):
                continue
        kept.append(unit)
    return kept


def _spoiled(text: str) -> list[tuple[int, int]]:
    """From each order in a text to the end of its line."""
    found = [match.span() for match in _ADDRESSED.finditer(text)]
    if order_signs(text.lower()):
        found += [match.span() for match in ORDERS.finditer(text)]
    return [(start, max(end, text.find("\n", end) if "\n" in text[end:] else len(text))) for start, end in found]
