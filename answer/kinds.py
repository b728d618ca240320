"""`Kind`: what sort of answer a question asks for (a date, a person, a place, ...), and what shows that a text has one.

The patterns are signs and no proofs: they weigh in the choice of evidence and decide nothing alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.lexicon import words


@dataclass(frozen=True, slots=True)
class Kind:
    """`asked` is found in questions that ask for this kind, `held` in sentences that may answer them."""

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]


def _kind(name: str, asked: str, held: str, *, held_flags: int = re.IGNORECASE) -> Kind:
    return Kind(name, re.compile(asked, re.IGNORECASE), re.compile(held, held_flags))


_SPELLED = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand"
    r"|million|billion|dozen|half|twice|third)\b"
)
_HAN_NUMBER = r"(?:\d[\d,.]*|[零〇一二两三四五六七八九十百千万亿]+)"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_MONTHS = rf"\b(?:{'|'.join(word for word in words('dates', 'named') if word.isascii())})\b"

KINDS = (
    _kind(
        "date",
        r"什么时[候间]|何时|哪一?[年天日]|几[月号日]|何年|时间是|哪个?(?:年|月|世纪|朝代)|\bwhen\b"
        r"|\b(?:what|which) (?:year|date|day|month|time|century|decade)",
        r"\d{1,4}\s*年|\d+月|[元〇零一二三四五六七八九十]{2,}年|世纪|年代|\d日|时期|期间|\b(?:1\d|20)\d\d\b|\bcentur(?:y|ies)\b|"
        + _MONTHS,
    ),
    _kind(
        "duration",
        r"多久|多长时间|几[年天]|多少[年天]|几个?(?:小时|月|分钟|星期)|多少(?:小时|个月|分钟)"
        r"|\bhow (?:long|soon|often)\b|\bhow many (?:years|days|months|hours|minutes|weeks|seconds)",
        r"[\d一二两三四五六七八九十百半几]\s*个?\s*(?:年|月|天|日|小时|分钟|秒|周|星期|世纪)"
        rf"|(?:\d|{_SPELLED})[\s-]*(?:years?|months?|days?|hours?|minutes?|weeks?|seconds?|centur|decades?)",
    ),
    _kind(
        "number",
        r"多少|几(?![乎何年天])|第几|多[高大长重宽深远快]"
        r"|\bhow (?:many|much|far|tall|high|big|large|deep|wide|old|fast|heavy|hot|loud)\b"
        r"|\b(?:what|which) (?:\w+ )?(?:number|percent|percentage|proportion|share|amount|rate|ratio|size|speed|price"
        r"|temperature|population|score|length|height|weight)",
        r"\d|[一二两三四五六七八九十百千万亿]+(?:[多余几]|[个位名人次年米元部种条项座场只岁万亿倍分成届支家辆架艘所])|"
        + _SPELLED,
    ),
    _kind(
        "person",
        r"谁|哪位|何人|哪个人|什么人|\bwho(?:se|m)?\b",
        rf"·|[{_SURNAMES}]\S{{1,2}}|[a-z,] (?:[A-Z][a-z]+ ){{1,2}}[A-Z][a-z]+",
        held_flags=0,
    ),
    _kind(
        "place",
        r"哪里|哪儿|何处|在哪|何地|什么地[方点区]|哪[个一座]?(?:国|城|省|市|地|县|区|州|岛|洲)|位于|\bwhere\b"
        r"|\b(?:what|which) (?:\w+ )?(?:country|city|state|place|county|region|town|river|location|continent|area)",
        r"[省市县区国州镇村岛]|位于|坐落|\b(?:[Ii]n|[Aa]t|[Nn]ear|[Ff]rom|[Tt]o|[Oo]f) (?:the )?[A-Z]",
        held_flags=0,
    ),
    _kind(
        "reason",
        r"为什么|为何|原因|何故|怎么会|\bwhy\b|\breasons?\b|\bwhat (?:caused|causes|led)",
        r"因[为此而]?|由于|所以|为了|导致|使得?|缘故|原因|\bbecause|\bdue to\b|\bsince\b|\bso that\b|\bas a result\b"
        r"|\bin order to\b|\btherefore\b|\bcaus|\bled to\b|\breason|\bthus\b",
    ),
    _kind(
        "manner",
        r"怎[么样]|如何|方式|方法|\bhow (?:do|does|did|can|could|to|should|is|are|was|were|has|have)\b",
        r"通过|利用|采用|用|以[^，]{1,12}(?:方式|方法)|\bby \w+ing\b|\bthrough\b|\busing\b|\buse[sd]?\b|\bwith\b",
    ),
    _kind(
        "list",
        r"哪些|哪几|有什么|分别|\bwhat (?:are|were) (?:the |some )|\bwhich (?:two|three|four)\b"
        r"|\bwhat (?:two|three|four|types|kinds)\b",
        r"、|[和及与：]|,|\band\b",
    ),
    _kind(
        "definition",
        r"什么是|是什么|叫什么|指什么|什么意思|名[字称]|\bwhat (?:is|are|was|were)\b|\bcalled\b|\bnames?\b|\bterm\b"
        r"|\bmean",
        r"是|指|即|称[为作]?|叫|名为|\b(?:is|are|was|were) (?:an?|the)\b|\bcalled\b|\bknown as\b|\brefers?\b|\bdefine"
        r"|\bmeans?\b|\bnamed\b",
    ),
    _kind(
        "yes or no",
        r"吗|是否|能否|是不是|有没有|能不能"
        r"|^(?:is|are|was|were|do|does|did|can|could|has|have|will|would|should|may)\b",
        r"不|没|可以|能够?|\bnot\b|\bno\b|\bcan\b|\bonly\b",
    ),
)

_COUNTED = re.compile(r"(?:多少|几)个?([\u3400-\u9fff]{1,2})|\bhow (?:many|much) (?:of the )?([a-z]+)", re.IGNORECASE)


def asked_kinds(query: str) -> tuple[Kind, ...]:
    """The kinds a question asks for: "how long" is no mere number, and "what is" counts where nothing else is asked."""
    found = [kind for kind in KINDS if kind.asked.search(query)]
    names = {kind.name for kind in found}
    if "duration" in names:
        names.discard("number")
    if len(names) > 1:
        names.discard("definition")
    return tuple(kind for kind in found if kind.name in names)


def counted(query: str) -> re.Pattern[str] | None:
    """What finds a number of the very things that a question counts: "how many floors" wants "three floors"."""
    match = _COUNTED.search(query)
    if match is None:
        return None
    if noun := match[1]:
        return re.compile(rf"{_HAN_NUMBER}\s*[多余几来]?(?:{noun}|{noun[0]})")
    stem = re.escape(match[2].lower().rstrip("s"))
    return re.compile(rf"(?:\d[\d,.]*|{_SPELLED})[\w\s,%-]{{0,20}}?\b{stem}", re.IGNORECASE)
