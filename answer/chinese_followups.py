"""Chinese follow-ups: 它, 这款, 「那保修呢」, 「K210呢」, 「换成1.5升的呢」."""

from __future__ import annotations

import re

from answer.fields import asked_fields
from answer.mentions import Mention, mentions
from answer.topic import Topic
from index.text.quantities import quantities

_LEAD = re.compile(
    r"^(?:(?:那么|那(?![个款台种些边里]|儿)|还有(?=[，,]|.*呢)|另外|然后|对了|哦|好的?(?=[，,])|嗯+|谢谢|请问|以及)[，,、！!。\s]*)+"
)
_CHANGE = re.compile(r"^(?:换成|换做|改成|如果换成|如果是|要是|若是|换个?)")
_TAIL = re.compile(r"(?:又?(?:怎么样|如何|咋样)|也?(?:可以|行)(?=[吗呢])|呢|吗|嘛|也一样)*[？?。！!\s]*$")
_SMALL_TALK = re.compile(
    r"(?:谢谢(?:你|您|了)?|好的?|嗯+|你好|您好|再见|明白了?|知道了|可以|行|不用了?|没事了?|哦+|收到)[。！!~\s]*"
)
_IT = re.compile(
    r"它们?(?!来)|(?:这|那|该|此|上述)(?:款|台|只|把|个|种|件)(?!月|星期|礼拜|周|时候|时间|价|意思|问题|城市|地区|颜色|功能)"
    r"(?:产品|商品|机器|东西|型号|货)?|(?:该|此|这|那)(?:产品|商品|机器|型号)|这(?=能|可以|有|是|多|怎|要|会|支持|保修)"
)
_SHOP = re.compile(
    r"运费|配送|快递|发货|包邮|寄到|退货|退换|退款|换货|发票|付款|支付|分期|优惠券|会员|积分|客服|营业|门店|地址|电话|几点|开门|关门|订单|"
    r"礼品|包装|专票|关税|政策|隐私|投诉|以旧换新|优惠|打折|活动|回收|上门|延保"
)
_FILLING = re.compile(
    r"多少|多久|多长|多大|多重|几|什么|哪些|有没有|有无|是否|能否|可以|请问|怎么样|怎么|如何|大概|到底|一下|告诉|现在|目前|时候|怎么办|为什么|到货?|期限|时间|时长|"
    r"你们|您们|您|你|我|想|问|知道|了解|一共|总共|分别|具体|都|别的|其他|其它|牌子|[年大小高低子的是有吗呢么啊呀吧了还能会要可也就在很太最个种款台只]"
)
_MODIFIER = re.compile(
    r"^.{1,12}(?:的|款|版|一点|一些|点儿)$|^(?:更|再)?(?:大|小|便宜|贵|轻|新|安静)(?:一?点|些)?(?:的)?$"
)
_ASKS = re.compile(
    r"多少|多久|多长|多大|多重|几|什么|哪|怎么|是不是|能不能|有没有|可不可以|吗|是否|为什么|区别|还是|好不好"
)
_USED = re.compile(
    r"^(?:请问)?(?:怎么|如何|怎样)(?:除垢|清洗|清洁|安装|使用|保养|充电|拆|拆洗|更?换\w{2,4}|操作|开机|存放)(?:呢|啊)?$"
    r"|^(?:内胆|壶盖|盖子|滤芯|滤网|水箱|电源线|线|底座|手柄|杯盖|刀头|电池|按键|显示屏|指示灯|说明书|密封圈|炸篮|烤盘|边刷|尘盒)"
)
"""A use or a part of a product: asked of nothing, it is asked of the product before."""
_ANOTHER = re.compile(r"^(?:还)?有(?:没有)?(?P<wanted>(?:更|再)?[^的，]{1,6}(?:一点|一些|点)?的)(?:吗|么|呢)?$")
_ORDINAL = re.compile(r"第([一二三四五1-5])(?:个|款|种|台)?|最后(?:一)?(?:个|款|种|台)")
_PLACE = re.compile(
    r"(?:寄到|送到|发到|寄往|发往|寄|到|往|去)([\u4e00-\u9fff]{2,4}?)(?=要|多|运|的|吗|可|能|需|几|怎|包|，|？|$)"
)


def resolve(query: str, topic: Topic) -> str | None:
    """The question made whole; None where it is whole, or nothing before it helps."""
    if _SMALL_TALK.fullmatch(query):
        return None
    bare = _LEAD.sub("", query)
    changed = _CHANGE.sub("", bare)
    told = _TAIL.search(bare)
    ends = bool(told and "呢" in told[0])
    led = bare != query or changed != bare or ends
    core = _TAIL.sub("", changed).strip("，, ")
    if not core:
        return None
    own = [mention for mention in mentions(core, topic.names) if mention.kind != "place"]
    if (match := _ORDINAL.search(core)) and (picked := _picked(core, match, topic)):
        return picked
    if _IT.search(core):
        return _pointing(bare if not ends else core, own, topic)
    if _ASKS.search(bare) and not (ends and len(core) <= 6 and not _ASKS.search(core)):
        return _sentence(bare, own, topic)
    return _ellipsis(core, own, topic, led)


def _picked(core: str, match: re.Match[str], topic: Topic) -> str | None:
    if len(topic.listed) < 2:
        return None
    place = "一二三四五".find(match[1]) if match[1] and match[1] in "一二三四五" else int(match[1] or 0) - 1
    if place >= len(topic.listed):
        return None
    name = topic.listed[place]
    rest = core[: match.start()] + name + core[match.end() :]
    return f"介绍一下{name}。" if rest == name else _end(rest)


def _pointing(text: str, own: list[Mention], topic: Topic) -> str | None:
    pointed = list(_IT.finditer(text))
    if (
        own
        and pointed
        and own[0].start < pointed[0].start()
        and not re.search(r"[比和跟与]$", text[: pointed[0].start()])
    ):
        return None
    if not topic.is_of(text):
        return f"{topic.question} {text}"
    match = pointed[0]
    after = match.end()
    kind = [mention for mention in own if mention.kind == "type" and mention.start == after]
    if kind:  # 这款电热水壶
        after = kind[0].end
    elif [mention for mention in own if mention.kind == "name" and mention.start == after]:
        return None
    name = "和".join(topic.several) if match[0] == "它们" and topic.several else topic.entity
    return _end(text[: match.start()] + name + text[after:])


def _sentence(text: str, own: list[Mention], topic: Topic) -> str | None:
    """A question that asks for a product's field and names no product is asked of the one before."""
    plain = text.strip("？?。！! ")
    of_a_part = _USED.search(plain) and not any(mention.kind == "name" for mention in own)
    if (own and not of_a_part) or _SHOP.search(text):
        return None
    if re.match(r"哪(?:个|款|一个|一款|种|台)", text):
        several = topic.several or topic.listed
        return f"{'和'.join(several)}，{_end(text)}" if len(several) > 1 else None
    if (match := _ANOTHER.match(plain)) and topic.type and topic.fresh and "颜色" not in plain:
        return _end(plain[: match.end("wanted")] + topic.type + plain[match.end("wanted") :])
    fields = asked_fields(text)
    if of_a_part and not fields and topic.entity and topic.fresh:
        return _end(topic.entity + text)
    rest = text
    for field in fields:
        rest = field.asked.sub("", rest)
    of_its_own = re.search(r"[\u4e00-\u9fff]|[A-Za-z]{2,}", _FILLING.sub("", rest))
    if of_its_own:
        return None
    if topic.is_of(text):
        return _end(topic.entity + text)
    return None if fields else f"{topic.question} {text}"


def _ellipsis(core: str, own: list[Mention], topic: Topic, led: bool) -> str | None:
    fields = asked_fields(core)
    if own:
        if fields or not led:
            return None
        return _swapped(topic, core)
    if _SHOP.search(core):
        return None
    if led and (place := _PLACE.search(topic.question)) and not fields and len(core) <= 5:
        return _end(topic.question[: place.start(1)] + core + topic.question[place.end(1) :])
    if not topic.is_of(core):
        return f"{core}，{topic.question}" if led else None
    if _MODIFIER.fullmatch(core) and (led or not fields):
        return _modified(topic, core)
    if not led and not fields:
        return None
    return _end(f"{topic.entity}的{core}")


def _swapped(topic: Topic, new: str) -> str:
    old = topic.subject()
    if old is None:
        return _end(f"{new}{'，' if not topic.question.isascii() else ': '}{topic.question}")
    return _end(topic.question[: old.start] + new + topic.question[old.end :])


def _modified(topic: Topic, core: str) -> str:
    """「1.5升的」, 「黑色的」, 「大一点的」: the old question, asked of another of its kind."""
    question = topic.question
    wanted = quantities(core, bare=True)
    for before in quantities(question, bare=True):
        for measure in wanted:
            if measure.dimension == before.dimension:
                return _end(question[: before.start] + measure.written.strip() + question[before.end :])
    old = topic.subject()
    kind = topic.type or topic.entity
    if old is None:
        return _end(f"{core}{kind}，{question}")
    of_it = old.text if not wanted and not re.search(r"[大小便贵轻新静更]", core) else kind
    return _end(question[: old.start] + core + of_it + question[old.end :])


def _end(text: str) -> str:
    return f"{text.strip(' ?？。！!，,')}？"
