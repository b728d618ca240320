"""Wares: invented products in English and Chinese, worded like a real price list; no two read alike.

A catalogue of one sentence with a counter in it would flatter every search and every cache.
"""

from __future__ import annotations

import random

ENGLISH = ("SKU", "Name", "Brand", "Category", "Price", "Currency", "Stock", "Colour", "Size", "Weight", "Warranty",
           "Description")  # fmt: skip
CHINESE = ("货号", "商品名称", "品牌", "分类", "价格", "币种", "库存", "颜色", "尺寸", "重量", "保修期", "商品描述")
FEED = tuple(header.lower() for header in ENGLISH)
"""The headers, in the order of the cells."""
SKU, NAME, BRAND, CATEGORY, PRICE, CURRENCY, STOCK, DESCRIPTION = 0, 1, 2, 3, 4, 5, 6, 11
"""The places of cells."""

KINDS = {
    ("Kitchen", "厨房用品"): "kettle:电热水壶, toaster:多士炉, blender:搅拌机, rice cooker:电饭煲, air fryer:空气炸锅, "
    "coffee grinder:咖啡磨豆机, frying pan:平底锅, knife set:刀具套装, kitchen scale:厨房秤, juicer:榨汁机",
    (
        "Lighting",
        "灯具",
    ): "desk lamp:台灯, floor lamp:落地灯, ceiling light:吸顶灯, flood light:投光灯, light strip:灯带, "
    "head torch:头灯, night light:小夜灯, pendant:吊灯",
    (
        "Tools",
        "工具",
    ): "cordless drill:充电钻, angle grinder:角磨机, jigsaw:曲线锯, socket set:套筒组合, torque wrench:扭力扳手, "
    "spirit level:水平尺, heat gun:热风枪, soldering station:焊台, tape measure:卷尺, bench vice:台虎钳",
    (
        "Outdoor",
        "户外用品",
    ): "tent:帐篷, sleeping bag:睡袋, trekking pole:登山杖, rucksack:登山包, camping stove:野营炉, "
    "water filter:净水器, hammock:吊床, cool box:保温箱",
    (
        "Computing",
        "电脑配件",
    ): "keyboard:键盘, mouse:鼠标, monitor:显示器, webcam:摄像头, docking station:扩展坞, router:路由器, "
    "power bank:移动电源, external drive:移动硬盘, headset:耳麦, laser printer:激光打印机",
    ("Home care", "家居清洁"): "vacuum cleaner:吸尘器, steam mop:蒸汽拖把, humidifier:加湿器, air purifier:空气净化器, "
    "fan heater:暖风机, ironing board:熨衣板, clothes dryer:干衣机, dehumidifier:除湿机",
    ("Garden", "园艺"): "hedge trimmer:绿篱机, lawn mower:割草机, garden hose:浇水软管, pruning shears:修枝剪, "
    "pressure washer:高压清洗机, wheelbarrow:手推车, sprinkler:洒水器",
    (
        "Electrical",
        "电工器材",
    ): "circuit breaker:断路器, extension reel:电缆盘, multimeter:万用表, junction box:接线盒, "
    "contactor:接触器, time switch:定时开关, relay:继电器, power supply:开关电源",
}
PRODUCTS = [(category, tuple(kind.split(":"))) for category, kinds in KINDS.items() for kind in kinds.split(", ")]
BRANDS = (
    "Norvik:北卫, Halden:海登, Quarry & Pine:松岩, Ostrava:奥川, Lumeo:流明, Tarn:塔恩, "
    "Brightwell:明泉, Kestrel:红隼, "
    "Vantor:万拓, Meridian:子午, Fjellheim:峰海, Corvina:科维, Dunmore:敦墨, Salto:跃达, "
    "Ironbark:铁桉, Pelagic:远洋, "
    "Wickham:威克, Zephra:泽风, Altona:奥通, Greyling:灰林, Hazelmere:榛湖, Opaline:蛋白石, "
    "Rustica:乡野, Thornbury:荆堡"
).split(", ")
TRAITS = (
    "brushed steel:拉丝不锈钢, matt ceramic:哑光陶瓷, fold-flat:可折叠, double-walled:双层, low-noise:低噪音, "
    "splash-proof:防溅水, quick-charge:快充, left-handed:左手用, heavy-duty:重型, compact:紧凑型, full-size:全尺寸, "
    "entry-level:入门级, professional:专业级, anti-slip:防滑, shockproof:防摔, energy-saving:节能, brushless:无刷, "
    "wall-mounted:壁挂式, travel:便携, dimmable:可调光"
).split(", ")
COLOURS = (
    "graphite:石墨灰, ivory:象牙白, forest green:森林绿, copper:铜色, navy:藏青, sand:沙色, "
    "brick red:砖红, teal:青绿, "
    "black:黑色, silver:银色, mustard:芥黄, plum:梅紫"
).split(", ")
PLACES = (
    "a small flat:小户型, a busy workshop:繁忙的车间, weekend trips:周末出行, "
    "a shared office:共享办公室, a holiday cottage:度假小屋, "
    "a school canteen:学校食堂, narrow balconies:狭窄阳台, damp cellars:潮湿地下室, "
    "rented rooms:出租房, a food truck:餐车, "
    "long site days:长时间施工, a nursery:婴儿房, mountain huts:山间小屋, home studios:家庭工作室"
).split(", ")
PARTS = (
    "two spare filters:两个备用滤芯, a canvas pouch:帆布收纳袋, a wall bracket:墙面支架, a cleaning brush:清洁刷, "
    "a 2 m lead:两米电源线, a hard case:硬质收纳箱, four mounting screws:四颗安装螺钉, a printed guide:纸质说明书, "
    "a travel adapter:旅行转换头, an extra battery:一块备用电池, a silicone mat:硅胶垫, a set of gaskets:一套密封圈"
).split(", ")
PRAISE = (
    "The handle stays cool:手柄不烫手, The lid opens with one hand:单手即可开盖, "
    "Every part can be replaced:所有部件均可更换, "
    "The switch locks against children:开关带童锁, It starts in under {n} seconds:{n}秒内启动, "
    "It runs {n} hours a charge:充一次电可用{n}小时, "
    "The cord winds into the base:电线可收进底座, It was tested over {n} thousand cycles:经过{n}千次循环测试, "
    "The scale shows {n} languages:显示屏支持{n}种语言, It fits on a shelf {n} cm deep:可放入{n}厘米深的搁板, "
    "The motor is sealed against dust:电机防尘密封, "
    "It weighs less than its predecessor by {n} per cent:比上一代轻{n}%"
).split(", ")
CAUTIONS = (
    "do not put it in a dishwasher:请勿放入洗碗机, keep it away from direct sun:避免阳光直射, "
    "oil the joints twice a year:接头每年上油两次, "
    "change the filter after {n} weeks:滤芯每{n}周更换, not for outdoor use in rain:雨天请勿在户外使用, "
    "let it dry before folding:收起前请晾干, use with an earthed socket only:仅限使用接地插座, "
    "descale it every {n} weeks:每{n}周除垢一次"
).split(", ")


def row(dice: random.Random, number: int, *, chinese: bool, currency: str) -> tuple[str, ...]:
    """The cells of the product of this number, in the order of the headers."""
    language = int(chinese)
    category, kind = PRODUCTS[dice.randrange(len(PRODUCTS))]
    brand, trait, colour = (word(dice, stock, chinese) for stock in (BRANDS, TRAITS, COLOURS))
    letters = "BCDFGHJKLMNPRSTVWXZ"
    model = f"{dice.choice(letters)}{dice.choice(letters)}{dice.randint(100, 9999)}"
    return (
        f"{dice.choice(letters)}{dice.choice(letters)}-{number:07d}",
        f"{brand}{model}{trait}{kind[1]}" if chinese else f"{brand} {model} {trait} {kind[0]}",
        brand,
        category[language],
        f"{dice.randint(3, 2400)}.{dice.choice(('00', '50', '90', '95', '99'))}",
        currency,
        str(dice.randint(0, 900)),
        colour,
        f"{dice.randint(6, 95)} x {dice.randint(5, 70)} x {dice.randint(2, 60)} cm",
        f"{dice.randint(1, 400) / 10} kg",
        f"{dice.choice((12, 24, 36, 60))} {'个月' if chinese else 'months'}",
        description(dice, kind[language], chinese=chinese),
    )


def description(dice: random.Random, kind: str, *, chinese: bool) -> str:
    """Two or three sentences; about every second English one has a comma, which a sheet must quote."""
    first, second = (word(dice, PRAISE, chinese) for _ in range(2))
    place, part, caution = (word(dice, stock, chinese) for stock in (PLACES, PARTS, CAUTIONS))
    if chinese:
        return dice.choice(
            (
                f"适合{place}使用的{kind}，{first}。随附{part}，{caution}。",
                f"{first}，{second}。包装内含{part}。{caution}。",
                f"这款{kind}专为{place}设计：{first}。{caution}，另附{part}。",
            )
        )
    return dice.choice(
        (
            f"A {kind} for {place}. {first}. Comes with {part}; {caution}.",
            f"{first}, {second[0].lower()}{second[1:]}. In the box: {part}. Please {caution}.",
            f"Made for {place}, this {kind} ships with {part}. {first}. {caution[0].upper()}{caution[1:]}.",
            f"{first}. {second}. A good choice for {place}, with {part} in the box.",
        )
    )


def word(dice: random.Random, stock: list[str], chinese: bool) -> str:
    """One of a stock, in a language, its number filled in."""
    return dice.choice(stock).split(":")[int(chinese)].replace("{n}", str(dice.randint(2, 60)))


def section(dice: random.Random, *, chinese: bool) -> tuple[str, str]:
    """A section of a manual: its heading and a paragraph of a few sentences."""
    _, kind = PRODUCTS[dice.randrange(len(PRODUCTS))]
    number = dice.randint(100, 9999)
    if chinese:
        return f"{kind[1]}保养 {number}", description(dice, kind[1], chinese=True) + word(dice, PRAISE, True) + "。"
    heading = f"Care of the {kind[0]} {number}"
    return heading, f"{description(dice, kind[0], chinese=False)} {word(dice, PRAISE, False)}."
