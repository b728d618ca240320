"""Orders meant for a language model: how a text gives away that it addresses whoever answers, and not a reader.

Told with precision first: a finding that is none costs a shopkeeper's trust, and the prompt keeps text from giving
orders anyway. Plain instructions to customers, and notices such as "please ignore the previous e-mail", pass.
"""

from __future__ import annotations

import re

_OBJECT = (
    r"(?:instructions?|prompts?|directions|commands|directives|guidelines|rules|programming|training|safety \w+|"
    r"system (?:prompt|message))"
)
_BEFORE = r"(?:previous|prior|preceding|earlier|above|foregoing|former|original|initial|existing|system|current)"
_MODEL = r"(?:ai|a\.i\.|artificial intelligence|llms?|large language models?|language models?|chat ?bots?|chatgpt|gpt)"
_CHANGE = (
    r"(?:modify|augment|enhance|encode|encrypt|render|scramble|misspell|rearrange|jumble|substitute|replace|convert|"
    r"translate|rewrite|anagram|remove|group|combine|append|prepend|insert|integrate|incorporate|weave|"
    r"add (?:a|an|the|\")|include (?:a|an|the) (?:\w+ )?(?:sentence|statement|link|phrase|mention|reference|url)|"
    r"introduce|begin|start|end|use)"
)
ORDERS = re.compile(
    rf"\b(?:ignore|disregard|forget|override|bypass)\s+(?:all\s+|any\s+|every\s+|of\s+)*"
    rf"(?:the\s+|your\s+|my\s+|our\s+|these\s+|those\s+|other\s+)*(?:{_BEFORE}\s+)+(?:\w+\s+)?{_OBJECT}\b"
    rf"|\b(?:ignore|disregard|forget|override|bypass)\s+(?:all\s+|any\s+|of\s+|the\s+)*your\s+(?:\w+\s+)?{_OBJECT}\b"
    rf"|\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+)?(?:the\s+)?{_OBJECT}\s+"
    r"(?:above|before|you were given)\b"
    r"|\b(?:forget|ignore|disregard)\s+(?:everything|all|anything)\s+(?:above|before this|you (?:were|have been) told|"
    r"you know|i (?:said|told you))\b"
    r"|\byou are (?:now|no longer)\s+(?:going to (?:act|be|pretend)|(?:a|an|my|the)\s+(?:[\w-]+\s+){0,4}?"
    rf"(?:assistant|{_MODEL}|agent|persona|hacker|pirate|jailbroken)\b|dan\b|in (?:developer|dan|god|jailbreak) mode|"
    r"jailbroken|unrestricted|unfiltered|bound by)"
    rf"|\b(?:pretend|imagine)\s+(?:that\s+)?(?:you are|you're|to be)\s+(?:a|an|my|the)?\s*"
    rf"(?:[\w-]+\s+){{0,3}}?{_MODEL}\b"
    r"|\b(?:reveal|print|output|repeat|show|display|leak|disclose|dump|ignore|override|forget|tell)\s+(?:me\s+)?"
    r"(?:(?:your|the)\s+)?(?:(?:full|entire|exact|hidden|secret|own|initial|original)\s+)*"
    r"(?:system\s+(?:prompt|message|instructions)|(?:hidden|secret|initial)\s+(?:prompt|instructions))"
    r"|\b(?:reveal|leak|disclose|dump)\s+your\s+(?:prompt|instructions)\b"
    r"|\b(?:new|updated|revised)\s+(?:system\s+prompt|(?:system\s+)?instructions?\s+for\s+the\s+(?:ai|model|assistant))\b"
    r"|\bsystem\s+prompt\s*[:=]"
    rf"|\b(?:note\s+to|message\s+to|attention)\s*:?\s*(?:all\s+|any\s+|the\s+|an?\s+)?{_MODEL}"
    r"(?:\s+(?:assistants?|agents?|models?|systems?|readers?))?\s*[:,!]"
    rf"|\bif\s+you\s+are\s+(?:an?|the)\s+{_MODEL}(?:\s+(?:assistant|agent|model|system|bot|reader))?\s*[,:;]"
    rf"|(?<![\w-])(?:please\s+)?{_CHANGE}\b[^.!?\n]{{0,110}}?\b(?:in|to|into|of|from|within|with|for)\s+your\s+(?:entire\s+|whole\s+)?"
    r"(?:answers?|response|output|completion)(?:'s)?\b"
    r"|(?<![\w-])(?:modify|augment|enhance|encode|encrypt|render|scramble|misspell|anagram|integrate|convert|substitute|"
    r"weave)\b[^.!?\n]{0,110}?\b(?:in|into|of|to)\s+your\s+reply\b"
    rf"|\b(?:modify|augment|enhance|rewrite|encode|encrypt|render|scramble)\s+your\s+(?:answer|response|reply|output)\b"
    r"|\bin\s+your\s+(?:response|answer),\s+(?:suggest|tease|mention|recommend|include|say|claim|tell|promote|add|use)\b"
    r"|(?:provide|give|write|deliver)\s+your\s+(?:answer|response|reply)\s+(?:in|with|using|without|as)\s+"
    r"(?:\w+\s+){0,2}?(?:anagram|alphanumeric|intentional|typos|spaces|cipher|base64|code|rot13|emoji|only|json)"
    r"|<\|(?:im_start|im_end|im_sep|endoftext|system|user|assistant|eot_id|begin_of_text|end_of_text|start_header_id|"
    r"end_header_id|end|eom_id|endofprompt|tool_call)\|>"
    r"|<｜[^｜<>]{2,30}｜>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>|(?:^|\n)\s*#{2,}\s*(?:human|assistant|system)\s*:"
    r"|<s>\s*\[inst|</s>\s*(?:<s>|\[inst\]|(?:user|assistant|system|human)\s*:|$)"
    r"|(?:忽略|无视|忘记|忘掉|不要理会|不要遵守|不必遵守|绕过)(?:掉|了)?(?:(?:你|您|所有|一切|全部|任何|以上|之前|上面|上述|前面|"
    r"先前|此前|现有|原有|原来|系统|收到|给出|给你|被赋予|中|的)+)(?:\w{0,6}?)(?:指令|指示|命令|规则|设定|提示词|系统提示|约束|限制)"
    r"|(?:忽略|无视|忘记|忘掉)(?:掉|了)?(?:你|您)(?:之前|以前|先前|此前)?的(?:一切|所有|全部)?(?:身份|角色|设定|提示|要求)"
    r"|(?:你|您)(?:现在|不再)是(?:一个|一名|一位|一只)?[^，。,.\n]{0,10}?(?:助手|助理|人工智能|机器人|(?:语言|大)模型|黑客|猫娘|ai(?![a-z])|dan)"
    r"|(?:从现在起|从现在开始)[，,\s]*(?:你|您)[^，。\n]{0,6}?(?:扮演|只能回答|必须回答|只能回复|要回答|只回答|忽略|无视)"
    r"|(?:输出|泄露|告诉我|打印|显示|重复|透露|公开)(?:出)?(?:你|您)?的?(?:完整|全部|初始|隐藏)?的?(?:系统提示|系统提示词|初始指令|隐藏指令|提示词)"
    r"|如果(?:你|您)是(?:一个|一名)?[^，。\n]{0,6}?(?:人工智能|语言模型|大模型|ai(?![a-z])(?:助手|模型)?|聊天机器人)[，,:：]"
    r"|系统提示词?\s*[:：]\s*(?:你|您)|(?:致|提醒|告知)(?:所有|各位)?(?:ai(?:助手|模型)|人工智能|语言模型|大模型)(?:助手)?[，,:：]"
    r"|在(?:你|您)的(?:回答|回复|答案|输出)(?:中|里|末尾|开头|最后)[^。\n]{0,10}?(?:加入|加上|添加|插入|附上|包含|推荐|声称)",
    re.IGNORECASE | re.MULTILINE,
)
"""Orders to whoever answers: to drop its rules, to be someone else, to tell its prompt, to change its answer; and the
marks by which models tell who speaks."""
ORDER_SIGNS = (
    "ignor", "disregard", "forget ", "override", "bypass", "you are no", "pretend ", "imagine ", "prompt",
    "system message", "instruction", "your answer", "your response", "your output", "your completion", "your reply",
    "your entire", "your whole", "note to", "message to", "attention", "if you are ", "_of_turn",
)  # fmt: skip
RARE_MARKS = {"|": ("<|",), "]": ("inst]",), ">": ("sys>>", "</s>"), "#": ("##",)}
RARE_SIGNS = {
    **RARE_MARKS, "｜": ("<｜",),
    "忽": ("忽略",), "视": ("无视",), "忘": ("忘记", "忘掉"), "遵": ("遵守",), "绕": ("绕过",), "会": ("理会",),
    "您": ("您现在是", "您不再是", "如果您是", "在您的回", "在您的答", "在您的输"),
    "你": ("你现在是", "你不再是", "如果你是", "在你的回", "在你的答", "在你的输"),
    "从": ("从现在",), "令": ("指令",), "词": ("提示词",), "示": ("系统提示",), "智": ("人工智能",),
    "型": ("语言模型", "大模型", "ai模型"), "助": ("ai助手",),
    **{char: (char,) for char in "\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\U000e0065"},
}  # fmt: skip
"""In `ORDER_SIGNS` and here is at least one that stands, in small letters, in whatever `ORDERS` finds: looking for them
is many times faster than `ORDERS` is, and looking for the one rare character first is faster still."""
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
TAGS = re.compile("[\U000e0020-\U000e007e]{12,}")
"""Letters that nobody sees and a model reads; the flags of regions are made of six of them."""


def orders(text: str) -> str | None:
    """The first words of a text that address a model, not a reader; None where there are none."""
    if not text.isascii():
        if tags := TAGS.search(text):
            return "".join(chr(ord(char) - 0xE0000) for char in tags.group())
        text = INVISIBLE.sub("", text)
    found = ORDERS.search(text)
    return None if found is None else found.group().strip()


def order_signs(small: str) -> tuple[str, ...]:
    """What in a text in small letters may be found by `orders`, many texts joined; where there is none, it finds
    nothing."""
    signs = [sign for sign in ORDER_SIGNS if sign in small]
    for rare, others in (RARE_MARKS if small.isascii() else RARE_SIGNS).items():
        if rare in small:
            signs += [sign for sign in others if sign in small]
    return tuple(signs)
