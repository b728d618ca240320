"""The words by which English follow-ups are known: what leads in, what points back, what is a shop's own business."""

from __future__ import annotations

import re

LEAD = re.compile(
    r"^(?:(?:and|but|so|then|ok(?:ay)?|also|or|great|thanks|thank you|hm+|well|alright|right)\b[,.!;:]?\s+)+",
    re.IGNORECASE,
)
ABOUT = re.compile(r"^(?:(?:what|how) about|what if (?:i (?:want|take|need))?|same for|now for)\s+", re.IGNORECASE)
VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|am|need|want|"
    r"tell|show|compare|list|give|find|recommend|cost|costs|weigh|weighs|i|we|you|'s it)\b",
    re.IGNORECASE,
)
SMALL_TALK = re.compile(
    r"(?:thanks?(?: you)?(?: very much| a lot)?|ok(?:ay)?|hello|hi|hey|good (?:morning|evening)|bye|great|cool|yes|no"
    r"|please|perfect|nice|sure|good|never ?mind)[\s.!]*",
    re.IGNORECASE,
)
SHOP = re.compile(
    r"\b(?:ship|shipp?ing|deliver|delivery|returns?|refunds?|opening|hours|pay|payment|invoice|voucher|showroom|store|shop|"
    r"address|contact|phone number|e-?mail|orders?|account|newsletter|loyalty|gift|wrap|parcel|customs?|duty|vat|staff|"
    r"job|postage|instal+ments?|complaints?|privacy|policy|discounts?|sale|offers?)\b",
    re.IGNORECASE,
)
PLEONASTIC = re.compile(
    r"\bit\s+(?:(?:also|still|really|even)\s+)?(?:possible|true|ok(?:ay)?|allowed|necessary|legal|rains?|matters?)\b"
    r"|\b(?:is|was|would|will)\s+it\s+(?:be\s+)?(?:\w+\s+)?"
    r"(?:possible|true|ok(?:ay)?|allowed|necessary|legal|cheaper to|better to)\b"
    r"|\b(?:does|did|will|would)\s+it\s+(?:take|cost)\b.*\b(?:to|for)\s+(?:ship|send|deliver|return|repair|pay|get|reach|gift)"
    r"|\bthat(?:'s| is) (?:all|it|fine|great|good)\b|\bthis (?:year|month|week|morning|evening|time|saturday|sunday)\b",
    re.IGNORECASE,
)
ITS = re.compile(r"\b(?:its|it's(?= (?:warranty|price|weight|size|power|capacity|colou?r)))\b", re.IGNORECASE)
IT = re.compile(
    r"\b(?:it|they|them|(?:this|that|the same) (?:product|model|item|article|device|appliance|one|thing)"
    r"|(?:this|that)(?=\s*(?:is|has|have|does|can|in|for|work|come|fit|cost|[?.,;!]|$)))\b",
    re.IGNORECASE,
)
THIS_TYPE = re.compile(r"\b(?:this|that|these|those)\s+$", re.IGNORECASE)
THEIR = re.compile(r"\btheir\b", re.IGNORECASE)
ORDINAL = re.compile(
    r"\b(?:the )?(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)(?: (?:one|model|product))?\b", re.IGNORECASE
)
PLACES = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
}
ONES = re.compile(
    r"\b(one|ones|alternatives?|versions?|variants?)\b(?!\s+(?:of|year|month|week|day|hour|more|or)\b)", re.IGNORECASE
)
WHICH = re.compile(r"^(?:which|what)(?: (?:one|model|of (?:them|these|the two)))?\b", re.IGNORECASE)
PREPOSITION = re.compile(
    r"^(?:(?:only|just)\s+)?(to|in|from|for|with|without|under|over|below|above|by|on)\s+(.+)$", re.IGNORECASE
)
STOCK = re.compile(r"(?:still )?(?:in stock|available)(?: again| now)?", re.IGNORECASE)
ASKING = re.compile(r"^(?:the|a|an|your|my|this|that|any|what|which)\s+", re.IGNORECASE)
PART = re.compile(
    r"\b(?:the|a|an)\s+(?:\w+\s)?(?:cable|cord|plug|lid|tank|base|handle|spout|filter|seal|basket|drawer|display|button|"
    r"key|light|lamp|remote|hose|wheel|brush|bag|motor|battery|manual|timer|alarm|error|code|jug|bowl|blade|door|wick)s?\b",
    re.IGNORECASE,
)
"""Parts that a product has: asked of nothing, they are asked of the product before."""
PHRASE = re.compile(
    r"^(.*?\b)(the|an?)\s+(?:(?!(?:of|for|to|in|is|the|a|an|with|from)\b)[\w.-]+\s+){1,3}$", re.IGNORECASE
)
ARTICLE = re.compile(r"^(?:the|a|an|your|my|this|that)\s+", re.IGNORECASE)
FILLING = frozenset(
    (
        "a an the what how which who when where is are was were do does did can could will would has have had "
        "there for of in on at with and or i you we me my your our long much many big large heavy tall wide "
        "high deep loud hot it to be get got about please tell any some period time rating level exactly "
        "again more still left available come comes made s whats be offer given value total current now today"
    ).split()
)
