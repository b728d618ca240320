"""Makes training examples for a reading model: a question, a passage, and the answer's place in it or none."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tuning.made_shops import tables
from tuning.made_shops.words import (
    BRANDS,
    CARE_TEXT,
    CLOSERS,
    GUIDES,
    HEADS,
    MANUALS,
    NEUTRAL,
    ODDS,
    OPENERS,
    ROW_TEXT,
    RULE_TEXT,
    WARES,
)

RANGE = re.compile(r"(-?\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)(?::(\d+))?")


@dataclass
class Topic:
    """One thing that can be told and asked: an attribute, a rule of the shop, a line of a manual."""

    key: str
    tags: str
    near: list[str]
    clash: list[str]
    texts: dict[str, list[str]] = field(default_factory=dict)

    def pick(self, rng: random.Random, letter: str, lang: str) -> str:
        """One alternative of the kind that the letter names, in the language."""
        return rng.choice(self.texts[letter if lang == "en" else letter.upper()])


@dataclass(frozen=True, slots=True)
class Made:
    """A question, and a passage that has its `answer` from the character `start` on, or none (None, -1). `kind` says of
    what it is, as "row:price". Raises ValueError where the answer does not stand there."""

    question: str
    context: str
    answer: str | None
    start: int
    kind: str

    def __post_init__(self) -> None:
        if self.answer is not None and not self.context.startswith(self.answer, self.start):
            raise ValueError(f"span off: {self.answer!r} in {self.context!r}")


def parse(text: str) -> dict[str, Topic]:
    """The topics of a block of text."""
    topics: dict[str, Topic] = {}
    topic = Topic("", "", [], [])
    letter = ""
    for line in text.strip().splitlines():
        if line.startswith("= "):
            parts = line[2:].split()
            lists = dict(part.split(":") for part in parts if ":" in part)
            tags = "".join(part for part in parts[1:] if ":" not in part) or "*"
            near, clash = (re.findall(r"\w+", lists.get(name, "")) for name in ("near", "x"))
            topic = topics[parts[0]] = Topic(parts[0], tags, near, clash)
            continue
        if not line.startswith("  "):
            letter = line[0]
        topic.texts.setdefault(letter, []).extend(part.strip() for part in line[2:].split(" | ") if part.strip())
    for topic in topics.values():
        for other in topic.clash:
            if other in topics and topic.key not in topics[other].clash:
                topics[other].clash.append(topic.key)
    return topics


ROWS, RULES, CARE = parse(ROW_TEXT), parse(RULE_TEXT), parse(CARE_TEXT)
SPEC, IMPLY, VAGUE = parse(tables.SPEC_TEXT), parse(tables.IMPLY_TEXT), parse(tables.VAGUE_TEXT)
for _spec in SPEC.values():
    _spec.texts.setdefault("V", _spec.texts["v"])
# matters of one kind of thing, told side by side
COMPANY = [
    "hotsoy oven hob dishwasher crushed fitx".split(),
    "wifi mah rain fitx kids".split(),
    "wifi noplug kids led".split(),
    "wifi plane fitx rain".split(),
    "code phone pricematch engrave ship try".split(),
    "sofa solo led kids".split(),
    "vegan sensitive kids pets".split(),
    "gluten ship code phone".split(),
    "contact salty try kids".split(),
    "two rain solo engrave".split(),
    list(VAGUE),
]


def fill(rng: random.Random, text: str) -> str:
    """The text with its numbers and choices drawn."""

    def draw(match: re.Match[str]) -> str:
        span = RANGE.fullmatch(match[1])
        if not span:
            return rng.choice(str(match[1]).split("/"))
        if "." in span[1]:
            return f"{rng.uniform(float(span[1]), float(span[2])):.1f}"
        low, high, step = int(span[1]), int(span[2]), int(span[3] or 1)
        return str(rng.randrange(low, high + 1, step))

    return re.sub(r"\{([^{}]+)\}", draw, text)


def ask(rng: random.Random, question: str, lang: str) -> str:
    """The question as a customer might send it: with or without greeting, thanks, capitals, question mark."""
    text = question.strip()
    if rng.random() < 0.3:
        opener = rng.choice(OPENERS[lang].split("|"))
        if lang == "en" and opener.rstrip()[-1] in ".!":
            text = text[:1].upper() + text[1:]
        elif lang == "en" and not re.match(r"I\b|I'", text) and text[1:2].islower():
            text = text[:1].lower() + text[1:]
        elif opener.endswith("请问"):
            text = text.removeprefix("请问")
        text = opener + text
    if lang == "en" and rng.random() < 0.25:
        text = text.lower()
    if rng.random() < 0.2:
        text = text.rstrip("?？")
    if rng.random() < 0.1:
        closer = rng.choice(CLOSERS[lang].split("|"))
        joint = "" if text[-1] in "?？.。!！" else (". " if lang == "en" else "，")
        text += joint.rstrip() + closer if lang == "en" else joint + closer
    return text


def named(rng: random.Random, topic: Topic, lang: str, name: str | None) -> str:
    """A question about the topic; where a name is given, one that says it."""
    options = topic.texts["q" if lang == "en" else "Q"]
    if name:
        options = [option for option in options if "{P}" in option] or [options[0] + " ({P})"]
    question = rng.choice(options).replace("{P}", name or rng.choice(NEUTRAL[lang]))
    return question[:1].upper() + question[1:] if question[:1].islower() and rng.random() < 0.5 else question


def languages(rng: random.Random) -> tuple[str, str]:
    """The question's and the passage's language; three in ten pairs differ."""
    lang = rng.choice(["en", "zh"])
    return lang, (lang if rng.random() < 0.7 else {"en": "zh", "zh": "en"}[lang])


def model(rng: random.Random) -> str:
    """An invented model code."""
    letters = "".join(rng.choices("ABCDEFGHKLMNPRSTVX", k=rng.randint(1, 3)))
    ending = rng.choice(["", "", " Pro", "-" + rng.choice("BCSTX"), " Plus", rng.choice("ex")])
    return f"{letters}{rng.choice(['', '-', ' '])}{rng.randint(2, 9900)}{ending}"


def drop(rng: random.Random, topic: Topic, topics: dict[str, Topic], chosen: list[str]) -> list[str]:
    """The chosen keys less all that may answer the topic, with one or two of its neighbours for bait."""
    banned = {topic.key, *topic.clash}
    keys = [key for key in chosen if key not in banned]
    bait = [key for key in topic.near if key in topics and key not in banned and key not in keys]
    return rng.sample(bait, min(len(bait), rng.randint(1, 2))) + keys


def row(rng: random.Random) -> Made:
    """A question about a product's row."""
    asked, lang = languages(rng)
    wares = [entry.split(" ", 1) for line in WARES.strip().splitlines() for entry in line.split(";")]
    tags, names = rng.choice(wares)
    ware = dict(zip(("en", "zh"), names.rsplit(" ", 1), strict=True))
    fitting = [key for key, one in ROWS.items() if one.tags == "*" or set(one.tags) & set(tags)]
    topic = ROWS[rng.choice(fitting)]
    other_ware = rng.random() < 0.2
    answerable = rng.random() < 0.55
    keys = rng.sample(fitting, min(len(fitting), rng.randint(4, 14)))
    if answerable or other_ware:
        keys = [topic.key] + [key for key in keys if key != topic.key and key not in topic.clash]
    else:
        usable = {key: ROWS[key] for key in fitting}
        keys = drop(rng, topic, usable, keys)
    keys = keys[:14]
    rng.shuffle(keys)
    brand, code = rng.choice(BRANDS[lang]), model(rng)
    noun = ware[lang].title() if lang == "en" and rng.random() < 0.6 else ware[lang]
    gap = " " if lang == "en" or brand.isascii() else ""
    title = rng.choice([f"{brand} {noun} {code}", f"{brand} {code} {noun}", f"{brand}{gap}{noun} {code}"])
    names_used = {"en": f"the {ware['en']}", "zh": f"这个{ware['zh']}"}
    name: str | None = rng.choice([None, None, names_used[asked], f"{brand} {code}", code])
    if name and name.startswith("the ") and rng.random() < 0.3:
        name = f"the {brand} {ware['en']}"
    if not answerable and other_ware:
        others = [one for one in wares if not set(one[1].split()) & set(names.split())]
        other = rng.choice(others)[1].rsplit(" ", 1)[asked == "zh"]
        brand2 = rng.choice([one for one in BRANDS[asked] if one != brand])
        code2 = model(rng)
        while code2 in title or code in code2:
            code2 = model(rng)
        name = rng.choice(
            [
                f"{brand2} {code2}",
                f"{brand} {code2}",
                f"the {brand2} {other}" if asked == "en" else f"{brand2}{other}",
                f"the {other}" if asked == "en" else f"这个{other}",
                f"the {brand} {other}" if asked == "en" else f"{brand}的{other}",
            ]
        )
    question = ask(rng, named(rng, topic, asked, name), asked)
    colon = rng.choice([": ", ": ", " - ", "="] if lang == "en" else ["：", "：", ":", ": "])
    glue = rng.choice(["\n", "\n", "\n", " | ", "; "] + ([", "] if lang == "en" else ["，", "；"]))
    lead = rng.choice(["", "", "", "- ", "• "]) if glue == "\n" else ""
    context = title + ("\n" if glue == "\n" or rng.random() < 0.5 else glue)
    answer, start = None, -1
    for place, key in enumerate(keys):
        one = ROWS[key]
        value = fill(rng, one.pick(rng, "v", lang))
        context += (glue if place else "") + lead + one.pick(rng, "n", lang) + colon
        if key == topic.key and answerable:
            answer, start = value, len(context)
        context += value
    return Made(question, context, answer, start, f"row:{topic.key}")


def told(rng: random.Random, topics: dict[str, Topic], family: str) -> Made:
    """A question about rules of a shop or a manual's lines."""
    asked, lang = languages(rng)
    usable = topics
    head = rng.choice(HEADS[lang]) if rng.random() < 0.4 else ""
    name = ""
    if family == "care":
        group = rng.choice(list(GUIDES))
        usable = {key: one for key, one in topics.items() if one.tags == "*" or group in one.tags}
        pair = rng.choice(GUIDES[group].split(";")).split("/")
        noun = pair[lang == "zh"]
        thing = rng.choice(BRANDS[lang]) + " " + model(rng)
        manual = rng.choice(MANUALS[lang].split("|"))
        head = rng.choice([f"{manual}: {thing} {noun}", f"{thing} {noun}", f"{noun.capitalize()} – {manual}"])
        name = pair[asked == "zh"]
    topic = usable[rng.choice(list(usable))]
    answerable = rng.random() < 0.55
    keys = rng.sample(list(usable), min(len(usable), rng.randint(2, 6)))
    stranger = not answerable and family == "care" and rng.random() < 0.2
    if answerable or stranger:
        keys = [topic.key] + [key for key in keys if key != topic.key and key not in topic.clash]
        keys = keys[:6]
    else:
        keys = drop(rng, topic, usable, keys)[:6]
    rng.shuffle(keys)
    question = topic.pick(rng, "q", asked)
    if stranger:
        name = rng.choice(ODDS[asked].split(";"))
    if name and (stranger or rng.random() < 0.3):
        about = [f"It's about the {name}. ", f"I have a question on the {name}. ", f"For my {name}: "]
        if asked == "zh":
            about = [f"关于{name}，", f"我想问{name}的事，", f"我家的{name}，"]
        question = rng.choice(about) + question
    elif rng.random() < 0.4 and asked == "en":
        question = question[:1].upper() + question[1:]
    question = ask(rng, question, asked)
    style = rng.choice(["prose", "prose", "bullets", "lines", "faq", "numbers"])
    context = head + rng.choice(["\n", "\n\n"]) if head else ""
    answer, start = None, -1
    for place, key in enumerate(keys):
        if place:
            context += (" " if lang == "en" else "") if style == "prose" else "\n"
        if style == "bullets":
            context += "- "
        elif style == "numbers":
            context += f"{place + 1}. "
        elif style == "faq":
            mark, reply = rng.choice([("Q: ", "A: "), ("", ""), ("问：", "答：")] if lang == "zh" else [("Q: ", "A: ")])
            posed = topics[key].pick(rng, "q", lang)
            context += (
                mark + posed[:1].upper() + posed[1:].rstrip("?？") + ("?" if lang == "en" else "？") + "\n" + reply
            )
        before, marked, after = re.split(r"[\[\]]", fill(rng, topics[key].pick(rng, "s", lang)))
        if key == topic.key and answerable:
            answer, start = marked, len(context) + len(before)
        context += before + marked + after
    return Made(question, context, answer, start, f"{family}:{topic.key}")


def pairs(text: str) -> list[tuple[str, str]]:
    """English and Chinese names of a list of words."""
    entries = [entry.split("/") for entry in re.split(r"[;\n]", text.strip())]
    return [(en, zh) for en, zh in entries]


def entries(text: str) -> list[list[str]]:
    """The lines of a table of words, each cut at its semicolons."""
    return [[cell.strip() for cell in line.split(" ; ")] for line in text.strip().splitlines()]


def spoken(rng: random.Random, lang: str, english: str, chinese: str) -> str:
    """One of the alternatives of a language, parted by strokes."""
    return rng.choice((english if lang == "en" else chinese).split("|"))


def titled(rng: random.Random, lang: str, thing: str, section: str) -> str:
    """The lines above a table: the document's title, sometimes the heading."""
    manual = rng.choice(MANUALS[lang].split("|"))
    title = rng.choice([thing, f"{thing} – {manual}", f"{manual}: {thing}"])
    return title + "\n" + (section + "\n" if rng.random() < 0.5 else "")


def tabled(
    rng: random.Random, lang: str, above: str, heads: list[str], cells: list[list[str]], aim: tuple[int, int] | None
) -> tuple[str, str | None, int]:
    """The table as text, one row a line; the aim is the row and column of the answer."""
    colon = ": " if lang == "en" or rng.random() < 0.8 else "："
    context, answer, start = above, None, -1
    for place, line in enumerate(cells):
        context += "\n" if place else ""
        for column, cell in enumerate(line):
            context += "; " if column else ""
            context += heads[column] + colon if heads[column] else ""
            if aim == (place, column):
                answer, start = cell, len(context)
            context += cell
    return context, answer, start


def trade(rng: random.Random, lang: str, section: str, thing: str = "") -> str:
    """The lines above a table of an invented maker's thing."""
    brand = rng.choice(BRANDS[lang])
    return titled(rng, lang, f"{brand} {thing or model(rng)}".strip(), section)


def specified(rng: random.Random) -> Made:
    """A question about one property of one variant."""
    asked, lang = languages(rng)
    stem = rng.choice("KMRSTX") + str(rng.randrange(10, 900, rng.choice([5, 10])))
    endings = rng.sample(["", " Pro", " Plus", "e", " Max", " Mini", " S", "-2"], 4)
    variants = [stem + ending for ending in endings]
    if rng.random() < 0.3:
        variants = [stem[0] + str(int(stem[1:]) + step) for step in rng.sample([0, 1, 2, 5, 10, 20, 50], 4)]
    shown, strange = variants[: rng.choice([2, 2, 3])], variants[3]
    topic = SPEC[rng.choice(list(SPEC))]
    answerable = rng.random() < 0.55
    outside = not answerable and rng.random() < 0.35
    keys = rng.sample(list(SPEC), rng.randint(3, 7))
    keys = [key for key in keys if key != topic.key]
    keys = [key for key in topic.near if rng.random() < 0.8] + [key for key in keys if key not in topic.near]
    keys = keys[:8] or [topic.near[0]]
    if answerable or outside:
        keys.append(topic.key)
    while len(keys) < 3:
        keys.append(rng.choice([key for key in SPEC if key not in keys and key != topic.key]))
    rng.shuffle(keys)
    wanted = rng.randrange(len(shown))
    name = strange if outside else shown[wanted]
    name = f"the {name}" if asked == "en" and rng.random() < 0.8 else name
    head = spoken(rng, lang, "Specification|Technical data|Property||Item", "规格|参数|项目||技术指标")
    cells = []
    for key in keys:
        line = [SPEC[key].pick(rng, "n", lang)]
        while len(set(line)) < len(shown) + 1:
            line = line[:1] + [fill(rng, SPEC[key].pick(rng, "v", lang)) for _ in shown]
        cells.append(line)
    aim = (keys.index(topic.key), wanted + 1) if answerable else None
    section = spoken(rng, lang, "Technical data|Specifications|Model comparison", "技术参数|规格表|型号对比")
    noun = spoken(
        rng,
        lang,
        "kitchen machine|all-in-one appliance|multi-purpose cleaner|travel set",
        "料理机|多功能一体机|清洁机|旅行套装",
    )
    above = trade(rng, lang, section, " / ".join(shown) if rng.random() < 0.6 else noun)
    context, answer, start = tabled(rng, lang, above, [head, *shown], cells, aim)
    question = ask(rng, named(rng, topic, asked, name), asked)
    return Made(question, context, answer, start, "table:specification")


def coded(rng: random.Random) -> Made:
    """A question about what a display shows."""
    asked, lang = languages(rng)
    here = 0 if lang == "en" else 1
    count = rng.randint(4, 9)
    codes = [(code, code, code, code) for code in tables.CODES.replace(" ", "|").replace("_", " ").split("|")]
    lamps = [tuple(line) for line in entries(tables.LAMPS)]
    pool = rng.sample(lamps, min(count + 1, len(lamps))) if rng.random() < 0.25 else rng.sample(codes, count + 1)
    *shown, strange = pool
    shown.sort()
    lit = pool[0] in lamps
    faults = rng.sample(entries(tables.FAULTS), len(shown))
    wanted = rng.randrange(len(shown))
    answerable = rng.random() < 0.55
    code = shown[wanted] if answerable else strange
    columns = [
        spoken(
            rng, lang, "Light|Signal" if lit else "Code|Display|Error", "指示灯|信号" if lit else "代码|显示|故障码"
        ),
        spoken(rng, lang, "Meaning|Cause", "含义|原因"),
        spoken(rng, lang, "What to do|Remedy|Action", "处理|解决方法|处理方法"),
    ]
    cells = [[one[here], fault[2 * here], fault[2 * here + 1]] for one, fault in zip(shown, faults, strict=True)]
    act = rng.random() < 0.5
    said = code[2] if asked == "en" else code[3]
    if lit:
        ends = "What do I do?|How do I get it to stop?" if act else "What does that mean?|What is it trying to tell me?"
        question = f"{said[0].upper()}{said[1:]}. {rng.choice(ends.split('|'))}"
        if asked == "zh":
            question = said + rng.choice(["，怎么办？", "，怎么处理？"] if act else ["，是什么意思？", "，什么情况？"])
    else:
        said = said.lower() if rng.random() < 0.2 and said.isalnum() and said[-1].isdigit() else said
        english = (
            f"It shows {said}. What should I do?|how do I get rid of {said}|{said} came up, how can I fix that?"
            if act
            else f"What does {said} mean?|my display says {said}, what is that|What is it telling me with {said}?"
        )
        chinese = (
            f"显示{said}怎么办？|出现{said}怎么处理？|机器报{said}，该怎么弄？"
            if act
            else f"{said}是什么意思？|屏幕上显示{said}，什么原因？|跳出{said}是哪里的问题？"
        )
        question = spoken(rng, asked, english, chinese)
    section = spoken(rng, lang, "Error codes|Displays and signals|Troubleshooting", "故障代码|显示说明|故障排除")
    aim = (wanted, 2 if act else 1) if answerable else None
    context, answer, start = tabled(rng, lang, trade(rng, lang, section), columns, cells, aim)
    return Made(ask(rng, question, asked) if not lit else question, context, answer, start, "table:code")


def ailing(rng: random.Random) -> Made:
    """A question about a trouble, its cause or remedy."""
    asked, lang = languages(rng)
    here = 0 if lang == "en" else 4
    lines = rng.sample(entries_of_symptoms(), rng.randint(4, 8))
    *shown, strange = lines
    wanted = rng.randrange(len(shown))
    answerable = rng.random() < 0.55
    act = rng.random() < 0.6
    complaint = (shown[wanted] if answerable else strange)[1 if asked == "en" else 5]
    ends = "What can I do?|How do I fix that?" if act else "Why is that?|What's the reason?"
    question = f"{complaint} {rng.choice(ends.split('|'))}"
    if asked == "zh":
        question = complaint + rng.choice(["怎么办？", "怎么解决？"] if act else ["什么原因？", "为什么？"])
    columns = [
        spoken(rng, lang, "Symptom|Problem|Fault", "现象|问题|故障现象"),
        spoken(rng, lang, "Possible cause|Cause", "可能原因|原因"),
        spoken(rng, lang, "Remedy|Solution|What to do", "解决办法|处理|对策"),
    ]
    cells = [[line[here], line[here + 2], line[here + 3]] for line in shown]
    section = spoken(rng, lang, "Troubleshooting|If something goes wrong", "故障排除|常见故障")
    aim = (wanted, 2 if act else 1) if answerable else None
    context, answer, start = tabled(rng, lang, trade(rng, lang, section), columns, cells, aim)
    return Made(ask(rng, question, asked), context, answer, start, "table:symptom")


def entries_of_symptoms() -> list[list[str]]:
    """The troubles: symptom, asked, cause, remedy in English, then the same in Chinese."""
    return [
        [cell.strip() for cell in line.split(" ; ")]
        for line in tables.SYMPTOMS.strip().replace(" ;\n", " ; ").splitlines()
    ]


ASKED_OF_PLANS = {
    "food": (
        "How hot must it be for {X}?|at what heat do I do {X}",
        "How long do {X} need?|for how many minutes do I leave {X} in|My guests come at seven: how much time for {X}?",
        "做{X}要多少度？|{X}调几度？",
        "{X}要做多久？|{X}放几分钟？|{X}多长时间能好？",
    ),
    "wash": (
        "How warm is the water with {X}?|at how many degrees does {X} run",
        "How long does {X} take?|when is {X} through",
        "{X}水多热？|{X}是多少度洗？",
        "{X}要洗多久？|{X}几分钟洗完？",
    ),
    "brew": (
        "How hot should the water be for {X}?|may I pour boiling water on {X}, or how hot",
        "How long do I leave {X} in the pot?|for what time does {X} draw",
        "泡{X}水要多热？|{X}用几度的水？",
        "{X}要泡多久？|{X}泡几分钟出汤？",
    ),
    "dry": (
        "How warm must it be for {X}?|which heat do {X} want",
        "How many hours until {X} are done?|how long do I leave {X} in",
        "烘{X}要几度？|做{X}干，温度调多少？",
        "{X}要烘多久？|{X}几个小时能烘好？",
    ),
    "charge": (
        "How long until the {X} is at 80 percent?|I'm in a hurry: after what time is the {X} four fifths full?",
        "How long does the {X} take to be completely full?|when is the {X} at a hundred percent",
        "{X}充到八成要多久？|赶时间，{X}充到80%要几分钟？",
        "{X}全部充满要多久？|{X}充到100%得多长时间？",
    ),
}


def planned(rng: random.Random) -> Made:
    """A question about a food or programme: heat, time or both."""
    asked, lang = languages(rng)
    kind = rng.choice(["food", "food", "food", "food", "wash", "wash", "brew", "dry", "charge"])
    first, *rest = tables.PLANS[kind].strip().splitlines()
    heads = first.split(" ; ")[lang == "zh"].split(";")
    count = rng.randint(3, min(9, len(rest) - 1))
    *shown, strange = rng.sample([line.split(";") for line in rest], count + 1)
    answerable = rng.random() < 0.55
    wanted = rng.randrange(len(shown))
    column = rng.choice([2, 3])
    name = (shown[wanted] if answerable else strange)[0].split("/")[asked == "zh"]
    said = f"the {name} programme" if kind == "wash" and asked == "en" else name
    said = f"{name}程序" if kind == "wash" and asked == "zh" else said
    bare = kind != "charge" and rng.random() < 0.15
    worded = lang == "zh" and rng.random() < 0.5
    if bare:
        heads[2] += " (°C)"
    options = ASKED_OF_PLANS[kind][column - 2 + (2 if asked == "zh" else 0)]
    question = rng.choice(options.split("|")).replace("{X}", said)
    cells = []
    for line in shown:
        cell = line[0].split("/")[lang == "zh"]
        figures = [fill(rng, part) for part in line[1:]]
        if bare:
            figures = [part.removesuffix(" °C") for part in figures]
        figures = [part.replace("0 kg", "–") if part == "0 kg" else part for part in figures]
        if worded:
            units = {" min": "分钟", " h": "小时", " °C": "℃", " g": "克", " pcs": "个", " kg": "公斤", " mm": "毫米"}
            for unit, word in units.items():
                figures = [part.removesuffix(unit) + word if part.endswith(unit) else part for part in figures]
        cells.append([cell[:1].upper() + cell[1:], *figures])
    if rng.random() < 0.3:
        cells = [[line[0], *line[2:]] for line in cells]
        heads = [heads[0], *heads[2:]]
        column -= 1
    section = {
        "food": ("Cooking chart|Cooking times|Air fryer table", "烹饪时间表|烹饪参考表|空气炸锅菜谱"),
        "wash": ("Programme overview|Washing programmes", "洗涤程序表|程序一览"),
        "brew": ("Brewing guide|How to brew", "冲泡指南|泡茶参考"),
        "charge": ("Charging times", "充电时间表"),
        "dry": ("Drying table|Dehydrating guide", "烘干参考表|果干机时间表"),
    }[kind]
    above = trade(rng, lang, spoken(rng, lang, *section))
    both = kind != "charge" and rng.random() < 0.15
    if both:
        # heat and time stand side by side, and the answer is both
        column = len(heads) - 2
        question = spoken(
            rng,
            asked,
            f"How hot and how long for {said}?|what are temperature and time for {said}",
            f"{said}的温度和时间是多少？|{said}要几度、多长时间？",
        )
    aim = (wanted, column) if answerable else None
    context, answer, start = tabled(rng, lang, above, heads, cells, aim)
    if both and answer:
        answer = context[start:].split("\n")[0]
    return Made(ask(rng, question, asked), context, answer, start, f"table:{kind}")


LISTS = {
    "zone": (
        ("Zone|Region|Destination", "地区|目的地|国家/地区"),
        (
            ("Takes|Delivery time", "时效|到货时间", "{2-4}-{5-9} working days", "{2-4}-{5-9}天"),
            ("Costs|Shipping", "运费|首重", "{3-39}.90 EUR", "{8-190}元"),
            ("Free from|Free of charge from", "包邮门槛|免运费起点", "{59-290:10} EUR", "满{59-590:10}元"),
        ),
        (
            (
                "How soon is a parcel in {X}?|I live in {X}, when will it get here?",
                "寄到{X}要几天？|我在{X}，多久能到？",
            ),
            ("what's the postage to {X}|How much do you charge for sending to {X}?", "寄{X}邮费多少？|发{X}运费几块？"),
            (
                "How much must I order so that {X} is free?|free shipping to {X}: from what sum?",
                "{X}买多少包邮？|寄{X}满多少免邮费？",
            ),
        ),
        ("Shipping|Delivery and costs", "配送说明|运费表"),
        tables.ZONES,
    ),
    "service": (
        ("Service|Job", "服务项目|项目"),
        (
            ("Price|Costs", "价格|收费", "{9-149}.00 EUR", "{15-480:5}元"),
            ("Ready in|Duration", "所需时间|完成时间", "{1-9} working days", "{1-9}个工作日"),
        ),
        (
            ("How much do you take for {X}?|what would {X} set me back", "{X}多少钱？|做一次{X}收多少？"),
            ("how long does {X} take|When can I fetch it after {X}?", "{X}要几天？|{X}多久能好？"),
        ),
        ("Workshop price list|Our services", "服务价目表|维修价目"),
        tables.SERVICES,
    ),
    "course": (
        ("Topic|Course", "主题|课程"),
        (
            ("Date|When", "日期|时间", "{1-28} {March/April/May/June/October}, {2-7} pm", "{3-11}月{1-28}日{14-19}点"),
            ("Where|Room", "地点|教室", "{workshop/room/studio} {1-9}", "{一/二/三/四}楼{甲/乙/丙/丁}教室"),
            ("Fee|Price", "费用|学费", "{15-120:5} EUR", "{39-490:10}元"),
        ),
        (
            ("On what day is {X}?|when do you teach {X}", "{X}哪天上？|{X}是什么时候？"),
            ("where do I have to go for {X}|In which room is {X}?", "{X}在哪里上？|学{X}去哪个教室？"),
            ("What do I pay to take part in {X}?|how much is {X}", "{X}学费多少？|上{X}要花多少钱？"),
        ),
        ("Courses and events|Calendar", "课程安排|活动日程"),
        tables.COURSES,
    ),
    "part": (
        ("Part|Spare part", "配件|零件名称"),
        (
            ("Fits|For", "适用型号|适用", "{K/M/R}{10-90:10}", "{K/M/R}{10-90:10}"),
            ("Article|Part no.", "货号|编号", "00{4100-4990}", "00{4100-4990}"),
            ("Price|Costs", "价格|单价", "{3-79}.50 EUR", "{5-190}元"),
        ),
        (
            ("Which model does the {X} go with?|what does the {X} belong to", "{X}是配哪个型号的？|{X}能装在哪款上？"),
            (
                "Under what number do I order the {X}?|mine broke, I need the number of the {X}",
                "{X}的货号是什么？|订{X}要报哪个号？",
            ),
            ("how much is a new {X}|What do you want for the {X}?", "新的{X}多少钱？|换个{X}要花多少？"),
        ),
        ("Spare parts|Accessories and spares", "配件清单|备件价格表"),
        tables.PARTS,
    ),
}


def listed(rng: random.Random) -> Made:
    """A question about a list of zones, services, courses or spare parts."""
    asked, lang = languages(rng)
    kind = rng.choice(list(LISTS))
    first, columns, questions, section, names = LISTS[kind]
    *shown, strange = rng.sample(pairs(names), rng.randint(4, 10))
    picked = sorted(rng.sample(range(len(columns)), rng.randint(min(2, len(columns)), len(columns))))
    answerable = rng.random() < 0.55
    absent = not answerable and len(picked) < len(columns) and rng.random() < 0.6
    column = rng.choice([one for one in range(len(columns)) if one not in picked] if absent else picked)
    wanted = rng.randrange(len(shown))
    name = (shown[wanted] if answerable or absent else strange)[asked == "zh"]
    question = spoken(rng, asked, *questions[column]).replace("{X}", name)
    heads = [spoken(rng, lang, *first)] + [spoken(rng, lang, *columns[one][:2]) for one in picked]
    cells = []
    for one in shown:
        line = [fill(rng, columns[place][2 if lang == "en" else 3]) for place in picked]
        cells.append([one[lang == "zh"], *line])
    aim = (wanted, picked.index(column) + 1) if answerable else None
    order = list(range(len(heads)))
    if kind == "course" and rng.random() < 0.6:
        order = [1, 0, *order[2:]]
    heads, cells = [heads[one] for one in order], [[line[one] for one in order] for line in cells]
    aim = (aim[0], order.index(aim[1])) if aim else None
    thing = rng.choice(BRANDS[lang]) if kind != "part" or 0 not in picked else ""
    above = rng.choice([thing or trade(rng, lang, "").strip(), spoken(rng, lang, *section)]) + "\n"
    if rng.random() < 0.4 and above.strip() not in "|".join(section):
        above += spoken(rng, lang, *section) + "\n"
    context, answer, start = tabled(rng, lang, above, heads, cells, aim)
    return Made(ask(rng, question, asked), context, answer, start, f"table:{kind}")


def table(rng: random.Random) -> Made:
    """A question about a table."""
    return rng.choice([specified, specified, coded, ailing, planned, planned, listed, listed])(rng)


def joined(
    rng: random.Random, lang: str, lines: list[str], wanted: int | None, above: str
) -> tuple[str, str | None, int]:
    """The lines as one text; the answer is the bracketed piece of the wanted one."""
    glue = rng.choice(["\n", "\n- ", " " if lang == "en" else ""])
    context, answer, start = above + (glue.strip() + " " if glue == "\n- " else ""), None, -1
    for place, line in enumerate(lines):
        before, marked, after = re.split(r"[\[\]]", line) if "[" in line else (line, "", "")
        context += glue if place else ""
        if place == wanted:
            answer, start = marked.rstrip("。."), len(context) + len(before)
        context += before + marked + after
    return context, answer, start


def limited(rng: random.Random) -> Made:
    """A question about a rule that holds for some only."""
    asked, lang = languages(rng)
    if rng.random() < 0.2:
        return batched(rng, asked, lang)
    kind = rng.choice(list(tables.LIMITS))
    here = lang == "zh"
    rules = rng.sample(tables.LIMITS[kind], rng.randint(1, 3))
    names = rng.sample(pairs(tables.SCOPES[kind]), 4)
    rule = rules[0]
    place_in_kind = tables.LIMITS[kind].index(rule)

    def said(one: tuple[str, str, str, str], where: tuple[str, str]) -> str:
        line = fill(rng, one[here].replace("{X}", where[here]))
        return line[:1].upper() + line[1:]

    draw = rng.random()
    name = names[0] if draw < 0.46 else names[3]
    if kind == "place" and rng.random() < 0.2:
        rule = rng.choice(tables.ONLY)
        name, draw, place_in_kind = rng.choice([names[0], names[3]]), 0.0, 4
    wanted: str | None = said(rule, names[0])
    closing = tables.EXCLUSIONS["deliver" if kind == "place" and place_in_kind < 2 else kind][here]
    closed = place_in_kind < 4 and (draw > 0.88 or (draw < 0.46 and rng.random() < 0.25))
    lines = [str(wanted)]
    if not closed:
        if rule not in tables.ONLY and rng.random() < 0.5:
            lines.append(said(rule, names[1]))
        lines += [said(other, rng.choice(names)) for other in rules[1:] if other != rule]
        lines += rng.sample(tables.FILLERS[lang].split("|"), rng.randint(0, 2))
        rng.shuffle(lines)
        wanted = wanted if draw < 0.46 else None
    else:
        # the exclusion stands behind its only rule
        lines = [*rng.sample(tables.FILLERS[lang].split("|"), rng.randint(0, 2)), *lines, closing]
        wanted = closing if draw > 0.88 else wanted
    question = spoken(rng, asked, rule[2], rule[3]).replace("{X}", name[asked == "zh"])
    question = question[:1].upper() + question[1:] if rng.random() < 0.5 else question
    above = rng.choice(HEADS[lang]) + "\n" if rng.random() < 0.4 else ""
    place = lines.index(wanted) if wanted else None
    context, answer, start = joined(rng, lang, lines, place, above)
    return Made(ask(rng, question, asked), context, answer, start, f"limit:{kind}")


def batched(rng: random.Random, asked: str, lang: str) -> Made:
    """A question about one batch of a product: before the change, after it, or of another model."""
    first = rng.randrange(2101, 2690)
    last = first + rng.randint(2, 6)
    code, other = model(rng), model(rng)
    old, new = rng.choice(
        [
            (("a grey seal that may leak", "灰色密封圈，可能渗水"), ("the improved blue seal", "改进的蓝色密封圈")),
            (("firmware 1.2, to be updated by hand", "固件1.2，需手动升级"), ("firmware 1.4", "固件1.4")),
            (("a two-pin plug", "两脚插头"), ("a three-pin plug", "三脚插头")),
            (("the short cable of 0.8 m", "0.8米短线"), ("the 1.5 m cable", "1.5米长线")),
        ]
    )
    here = lang == "zh"
    lines = [
        [f"{code}: batches {first} to {last} have [{old[0]}].", f"{code}：批次{first}至{last}为[{old[1]}]。"][here],
        [f"Batch {last + 1} and later already have [{new[0]}].", f"批次{last + 1}及以后已[改用{new[1]}]。"][here],
    ]
    lines += rng.sample(tables.FILLERS[lang].split("|"), rng.randint(0, 2))
    draw = rng.random()
    wanted = 0 if draw < 0.28 else 1 if draw < 0.55 else None
    name = code if wanted is not None else other
    number = rng.randint(first, last) if draw < 0.28 or draw > 0.8 else last + rng.randint(1, 9)
    if wanted is None and rng.random() < 0.6:
        name, number = code, first - rng.randint(1, 30)
    matter = {"a g": ("seal", "密封圈"), "fir": ("firmware", "固件"), "a t": ("plug", "插头"), "the": ("cable", "线")}
    noun = matter[old[0][:3]][asked == "zh"]
    question = spoken(
        rng,
        asked,
        f"Mine is a {name} from batch {number}. Which {noun} is in it?|"
        f"what {noun} does batch {number} of the {name} have",
        f"我的{name}是{number}批次的，用的什么{noun}？|{name}批次{number}是哪种{noun}？",
    )
    context, answer, start = joined(rng, lang, lines, wanted, "")
    return Made(ask(rng, question, asked), context, answer, start, "limit:batch")


def implied(rng: random.Random, topics: dict[str, Topic], family: str) -> Made:
    """A question of yes or no, or a vague one, that a statement settles or that its neighbours leave open."""
    asked, lang = languages(rng)
    topic = topics[rng.choice(list(topics))]
    company = rng.choice([group for group in COMPANY if topic.key in group and group[0] in topics])
    others = [topics[key] for key in company if key != topic.key]
    others = rng.sample(others, min(len(others), rng.randint(0, 3)))
    answerable = rng.random() < 0.55
    lines, heads = [], []
    near = topic.texts["r" if lang == "en" else "R"]
    if not answerable or (rng.random() < 0.4 and topic.key != "mah"):
        for line in rng.sample(near, min(len(near), rng.randint(1, 2) if answerable else rng.randint(1, 3))):
            lines.append(fill(rng, line))
            heads.append(spoken(rng, lang, "Note|Details|Remark|Good to know", "备注|说明|其他|提示"))
    for other in others:
        kind = rng.choice("ssr")
        lines.append(fill(rng, other.pick(rng, kind, lang)).replace("[", "").replace("]", ""))
        head = other.pick(rng, "n", lang)
        heads.append(head if kind == "s" else spoken(rng, lang, "Note|Details", "备注|说明"))
    if answerable:
        lines.append(fill(rng, topic.pick(rng, "s", lang)))
        plain = spoken(rng, lang, "Note|Details|Remark|Good to know", "备注|说明|其他|提示")
        heads.append(plain if rng.random() < 0.3 else topic.pick(rng, "n", lang))
    order = rng.sample(range(len(lines)), len(lines))
    place = order.index(len(lines) - 1) if answerable else None
    lines, heads = [lines[one] for one in order], [heads[one] for one in order]
    title = rng.choice(BRANDS[lang]) + " " + model(rng)
    if family == "vague" or "phone" in company:
        title = rng.choice(HEADS[lang])
    if rng.random() < 0.5:
        cells = [[re.sub(r"[\[\]]|[.。]\]?$", "", line)] for line in lines]
        context, answer, start = title, None, -1
        for at, (head, cell) in enumerate(zip(heads, cells, strict=True)):
            context += f"\n{head}{': ' if lang == 'en' else '：'}"
            if at == place:
                answer, start = cell[0], len(context)
            context += cell[0]
    else:
        above = title + "\n" if rng.random() < 0.7 else ""
        context, answer, start = joined(rng, lang, lines, place, above)
    question = topic.pick(rng, "q", asked)
    question = question[:1].upper() + question[1:] if rng.random() < 0.5 else question
    return Made(ask(rng, question, asked), context, answer, start, f"{family}:{topic.key}")


def numbered(rng: random.Random) -> Made:
    """A question about part numbers that stand side by side in running text."""
    asked, lang = languages(rng)
    here = lang == "zh"
    parts = rng.sample(pairs(tables.PARTS), 3)
    letter = rng.choice("KMRST")
    models = [f"{letter}{number}" for number in rng.sample(range(2, 60), 3)]
    numbers = [f"{number:06d}" for number in rng.sample(range(4001, 4999), 4)]
    lines = [
        spoken(
            rng,
            lang,
            f"The {parts[0][0]} is part {{0}} for the {models[0]}, {{1}} for the {models[1]}.|"
            f"Order the {parts[0][0]} as {{0}} ({models[0]}) or {{1}} ({models[1]}).",
            f"{parts[0][1]}：{models[0]}用{{0}}，{models[1]}用{{1}}。|{parts[0][1]}货号{{0}}（{models[0]}）、{{1}}（{models[1]}）。",
        ),
        spoken(
            rng,
            lang,
            f"The {parts[1][0]} has the number {numbers[2]} for both.",
            f"两款的{parts[1][1]}均为{numbers[2]}。",
        ),
        rng.choice(tables.FILLERS[lang].split("|")),
    ]
    wanted = rng.randrange(2)
    answerable = rng.random() < 0.55
    part, name = parts[0], models[wanted]
    if not answerable:
        part, name = (parts[2], name) if rng.random() < 0.5 else (part, models[2])
    lines[0] = lines[0].format(*(f"[{one}]" if at == wanted else one for at, one in enumerate(numbers[:2])))
    if rng.random() < 0.4:
        lines.reverse()
    question = spoken(
        rng,
        asked,
        f"The {part[0]} of my {name} is giving up. What's the number of the right new one?|"
        f"I've had the {name} for years and now the {part[0]} is broken, which number do I order?|"
        f"need a {part[0]}, it's for a {name}. under which number is that?",
        f"我那台{name}的{part[1]}不行了，该买哪个号的？|{name}用了好几年，{part[1]}坏了，订货号是多少？|"
        f"{part[1]}要换了，机器是{name}，编号报一下？",
    )
    place = next(at for at, line in enumerate(lines) if "[" in line)
    if not answerable:
        lines = [line.replace("[", "").replace("]", "") for line in lines]
    above = rng.choice(BRANDS[lang]) + " " + (" / ".join(models[:2])) + "\n" if rng.random() < 0.5 + here * 0.1 else ""
    context, answer, start = joined(rng, lang, lines, place if answerable else None, above)
    return Made(ask(rng, question, asked), context, answer, start, "vague:number")


def remarked(rng: random.Random) -> Made:
    """A question about one of several facts in a remark."""
    asked, lang = languages(rng)
    *shown, strange = rng.sample(entries(tables.REMARKS), rng.randint(3, 5))
    answerable = rng.random() < 0.55
    wanted = rng.randrange(len(shown))
    question = (shown[wanted] if answerable else strange)[2 + (asked == "zh")]
    heading = spoken(rng, lang, "Remark|Notes|Details", "备注|说明|其他")
    plain = {"price", "colour", "stock", "returns", "leadtime"}
    keys = rng.sample(sorted(plain), rng.randint(1, 4))
    colon = ": " if lang == "en" else "："
    context = f"{rng.choice(BRANDS[lang])} {model(rng)}\n"
    for key in keys:
        context += f"{ROWS[key].pick(rng, 'n', lang)}{colon}{fill(rng, ROWS[key].pick(rng, 'v', lang))}\n"
    context += heading + colon
    answer, start = None, -1
    glue = rng.choice([", ", "; "] if lang == "en" else ["，", "；", "、"])
    for place, line in enumerate(shown):
        fact = fill(rng, line[lang == "zh"])
        context += glue if place else ""
        if answerable and place == wanted:
            answer, start = fact, len(context)
        context += fact
    return Made(ask(rng, question, asked), context, answer, start, "vague:remark")


def vague(rng: random.Random) -> Made:
    """A question that is asked in a roundabout way."""
    draw = rng.random()
    if draw < 0.4:
        return numbered(rng)
    return remarked(rng) if draw < 0.7 else implied(rng, VAGUE, "vague")


def examples(n: int, seed: int) -> Iterator[Made]:
    """Gives n examples, the same ones for the same seed."""
    rng = random.Random(seed)
    for _ in range(n):
        draw = rng.random()
        if draw < 0.3:
            yield row(rng)
        elif draw < 0.45:
            yield told(rng, RULES, "rule")
        elif draw < 0.57:
            yield told(rng, CARE, "care")
        elif draw < 0.8:
            yield table(rng)
        elif draw < 0.87:
            yield limited(rng)
        elif draw < 0.96:
            yield implied(rng, IMPLY, "imply")
        else:
            yield vague(rng)
