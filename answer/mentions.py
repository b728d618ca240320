"""`Mention`: what a text names: a model, a name, a kind of product, a place. By form and a small word list alone.

It knows no catalogue; whoever does may hand in the shop's own names, which then count first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.text.quantities import quantities

Kind = Literal["name", "type", "place"]


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` names something. `type` is the kind of product within it, "" where none is said."""

    text: str
    start: int
    end: int
    kind: Kind
    type: str = ""


_TYPES_EN = (
    "kettle toaster oven microwave fridge refrigerator freezer dishwasher blender mixer juicer cooker hob fryer grill "
    "grinder humidifier dehumidifier purifier heater fan vacuum robot mop iron steamer scale lamp bulb torch "
    "thermometer flask bottle mug cup pan pot wok casserole knife board basket basin frother espresso-maker "
    "machine maker laptop notebook computer monitor keyboard mouse printer phone smartphone tablet camera headphones "
    "headset earphones speaker charger battery adapter cable router watch bike bicycle helmet jersey shirt jacket "
    "shorts tights gloves socks cap vest bag backpack tent sofa chair table desk bed mattress shelf cabinet drill saw "
    "hammer screwdriver boards? module accessory portafilter tamper filter cartridge brush"
).split()
_COMPOUND = (
    r"(?:coffee|espresso|rice|pressure|slow|air|hand|stick|handheld|travel|electric|kitchen|robot|washing|sewing|waffle|"
    r"sandwich|bread|egg|food|water|milk|baby|frying|induction|gooseneck|heating|cordless|mountain|road|touring|stand)"
)
_TYPE_EN = re.compile(
    rf"\b(?:{_COMPOUND}[ -]){{0,2}}(?:{'|'.join(_TYPES_EN)}|knives|shelves|vacuum cleaner)(?:e?s)?\b", re.IGNORECASE
)
_TYPES_ZH = (
    "电热水壶 热水壶 烧水壶 水壶 茶壶 咖啡壶 电饭煲 电饭锅 电压力锅 压力锅 高压锅 电炖锅 "
    "炖锅 砂锅 蒸锅 汤锅 奶锅 炒锅 煎锅 平底锅 铸铁锅 不粘锅 火锅 空气炸锅 破壁机 榨汁机 "
    "原汁机 豆浆机 料理机 搅拌机 厨师机 绞肉机 面包机 咖啡机 磨豆机 咖啡磨 奶泡机 打奶器 "
    "烤面包机 吐司机 三明治机 电烤箱 烤箱 蒸烤箱 蒸烤一体机 微波炉 电磁炉 电陶炉 燃气灶 "
    "油烟机 洗碗机 消毒柜 冰箱 冷柜 洗衣机 烘干机 空调 电风扇 风扇 取暖器 暖风机 加湿器 "
    "除湿机 净化器 净水器 饮水机 扫地机器人 扫地机 拖地机 吸尘器 洗地机 挂烫机 熨斗 "
    "电动牙刷 剃须刀 吹风机 保温杯 保温壶 焖烧罐 焖烧杯 水杯 杯子 菜刀 厨刀 刀具 砧板 "
    "菜板 厨房秤 电子秤 温度计 台灯 灯泡 手机 平板 电脑 笔记本 显示器 键盘 鼠标 耳机 "
    "音箱 充电器 充电宝 数据线 路由器 打印机 相机 手表 自行车 山地车 公路车 头盔 骑行服 "
    "手套 背包 帐篷 开发板 模块 沙发 床垫 桌子 椅子"
).split()
_TYPE_ZH = re.compile("|".join(sorted(_TYPES_ZH, key=len, reverse=True)))
_TAIL_ZH = re.compile(
    r"\s?(?:(?![的能放在有是多怎可会要和与跟用吗呢这那我你它])[\u4e00-\u9fff]){0,4}?[壶锅煲机器杯灯扇刀秤箱炉罐表车盔包板]"
)
_SIZE_ZH = re.compile(r"\d+(?:\.\d+)?\s?(?:升|毫升|L|l|寸|英寸|厘米|cm|瓦|W|克|千克|kg)的?$")

_TOKEN = re.compile(r"[A-Za-zÀ-ÿ][\w'’-]*|\d+(?:[.,]\d+)?|[^\s\w]|[\u4e00-\u9fff]+", re.ASCII)
_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》\n]{2,60})[”\"」』》]")
_MODEL_ZH = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z-]*\d)[A-Za-z][A-Za-z0-9-]*(?:\s?(?:Pro|Max|Plus|Duo|Mini|Ultra|Air|SE)\b)?", re.ASCII
)
_NO_NAMES = frozenset(
    (
        "i a an the and or but so then what how which who whom whose where when why is are was were do does did can "
        "could will would shall should may might must has have had am be been being if in on at to for from with by of "
        "as it its it's this that these those they them their he she we you your my our me us one ones ok okay yes no "
        "not please thanks thank hello hi hey also tell show give compare list find need want i'm i'd i've there any "
        "some more most eu uk usa eur usd cny rmb gbp chf usb led lcd pdf vat bpa faq diy ac dc sku id wifi bluetooth "
        "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
        "september october november december english chinese christmas alipay wechat paypal visa"
    ).split()
)
_DEMONYM = re.compile(r"[A-Z][a-z]+(?:ish|ese|ian|can)|Swiss|German|French|Dutch|Czech|Greek")
_PLACE_AFTER = frozenset("to in from within outside into at near across via".split())


def mentions(text: str, names: Sequence[str] = ()) -> list[Mention]:
    """What `text` names, in order, without overlaps: the shop's own `names`, quoted names, models and capitalised
    names (each with the kind of product behind it), kinds of product alone, places."""
    found: list[Mention] = []
    for mention in (*_known(text, names), *_quoted(text), *_named(text), *_typed(text)):
        if not any(mention.start < other.end and other.start < mention.end for other in found):
            found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def type_in(text: str) -> str:
    """The kind of product that a text says last, "" for none."""
    found = [*_TYPE_EN.finditer(text), *_TYPE_ZH.finditer(text)]
    return max(found, key=lambda match: match.end())[0] if found else ""


def _known(text: str, names: Sequence[str]) -> Iterator[Mention]:
    small = text.casefold()
    for name in sorted(names, key=len, reverse=True):
        at = small.find(name.casefold()) if len(name) > 1 else -1
        if at >= 0 and not (name.isascii() and re.match(r"\w", text[at + len(name) : at + len(name) + 1], re.ASCII)):
            yield _with_type(text, at, at + len(name))


def _quoted(text: str) -> Iterator[Mention]:
    for match in _QUOTED.finditer(text):
        yield Mention(match[0], match.start(), match.end(), "name", type_in(match[1]))


def _with_type(text: str, start: int, end: int) -> Mention:
    """The name with the kind of product that follows it."""
    behind = end + (text[end : end + 1] == " ")
    kinds = (
        _TYPE_EN.match(text, behind) if behind > end else None,
        _TYPE_ZH.match(text, behind),
        _TAIL_ZH.match(text, end),
    )
    end = next((kind.end() for kind in kinds if kind), end)
    return Mention(text[start:end], start, end, "name", type_in(text[start:end]))


def _named(text: str) -> Iterator[Mention]:
    tokens = list(_TOKEN.finditer(text))
    at = 0
    while at < len(tokens):
        first = tokens[at]
        if not _begins_name(tokens, at):
            at += 1
            continue
        last = at
        while last + 1 < len(tokens) and _goes_on(text, tokens[last], tokens[last + 1]):
            last += 1
        end = tokens[last].end()
        if written := re.search(r"['’]s?$", text[first.start() : end]):
            end -= len(written[0])
        before = tokens[at - 1][0].lower() if at else ""
        name = text[first.start() : end]
        of_a_place = before in _PLACE_AFTER or _DEMONYM.fullmatch(name)
        if of_a_place and not any(char.isdigit() for char in name):
            yield Mention(name, first.start(), end, "place")
        else:
            yield _with_type(text, first.start(), end)
        at = last + 1


def _begins_name(tokens: Sequence[re.Match[str]], at: int) -> bool:
    word = tokens[at][0]
    plain = re.sub(r"['’]s?$", "", word)
    if not word[0].isalpha() or not word[0].isascii() or plain.lower() in _NO_NAMES:
        return False
    if any(char.isdigit() for char in word):
        return True
    if not word[0].isupper() or len(plain) < 2:
        return False
    opens = at == 0 or tokens[at - 1][0] in ".?!。？！"
    if not opens:
        return not _TYPE_EN.fullmatch(plain)
    # the first word has a capital letter anyhow: a name where another or a number follows at once
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        after is not None
        and after.start() == tokens[at].end() + 1
        and (after[0][0].isupper() or after[0].isdigit())
        and after[0].lower() not in _NO_NAMES
    )


def _goes_on(text: str, last: re.Match[str], token: re.Match[str]) -> bool:
    if text[last.end() : token.start()] != " " or last[0].endswith(("'s", "’s")):
        return False
    word = token[0]
    if word.isdigit():
        return len(word) <= 4 and not quantities(text[token.start() : token.end() + 20])
    return word[0].isupper() and word[0].isascii() and word.lower() not in _NO_NAMES


def _typed(text: str) -> Iterator[Mention]:
    for match in _MODEL_ZH.finditer(text):
        yield _with_type(text, match.start(), match.end())
    for match in _TYPE_EN.finditer(text):
        yield Mention(match[0], match.start(), match.end(), "type", match[0])
    for match in _TYPE_ZH.finditer(text):
        size = _SIZE_ZH.search(text[: match.start()])
        start = size.start() if size else match.start()
        yield Mention(text[start : match.end()], start, match.end(), "type", match[0])
