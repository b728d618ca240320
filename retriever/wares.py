"""Words for common wares, colours and materials in English and Chinese, so that 「电饭煲」 finds a "rice cooker".

A dictionary of retail in general: what it does not hold is found in its own language only. A word in brackets is
looser than the others: it is translated, but no translation.
"""

from __future__ import annotations

import re
from functools import cache

WARES = """
kettle = 热水壶 电水壶 电热水壶 烧水壶 (水壶)
teapot = 茶壶
jug, pitcher = 冷水壶 凉水壶
coffee machine, coffee maker = 咖啡机
espresso machine = 意式咖啡机 浓缩咖啡机 (咖啡机)
coffee grinder, grinder = 磨豆机 研磨机
milk frother, frother = 奶泡机 打奶器
toaster = 烤面包机 多士炉 吐司机
microwave, microwave oven = 微波炉
oven = 烤箱 电烤箱
air fryer = 空气炸锅
rice cooker = 电饭煲 电饭锅
pressure cooker = 压力锅 电压力锅 高压锅
slow cooker = 慢炖锅 电炖锅
blender = 破壁机 搅拌机 料理机
hand blender = 料理棒 手持搅拌棒
juicer = 榨汁机 原汁机
mixer, stand mixer = 厨师机 打蛋器
induction cooker, induction hob = 电磁炉
dishwasher = 洗碗机
refrigerator, fridge = 冰箱
freezer = 冰柜 冷柜
washing machine, washer = 洗衣机
dryer, tumble dryer = 烘干机 干衣机
hair dryer = 吹风机 电吹风
vacuum cleaner, vacuum = 吸尘器
robot vacuum = 扫地机器人 扫地机 扫拖机器人
steam mop = 蒸汽拖把
mop = 拖把
iron = 熨斗 电熨斗
garment steamer, steamer = 挂烫机
humidifier = 加湿器
dehumidifier = 除湿机 抽湿机
air purifier, purifier = 空气净化器 净化器
air conditioner = 空调
heater = 取暖器 电暖器 暖风机
fan = 风扇 电风扇 电扇
lamp = 灯 台灯
light bulb, bulb = 灯泡
scale = 秤 (体重秤)
thermometer = 温度计
filter = 滤芯 过滤器 滤网
battery = 电池
charger = 充电器
power bank = 充电宝 移动电源
cable = 数据线 线缆
adapter = 适配器 转接头
remote control, remote = 遥控器
spare part = 配件 零件 备件
accessory = 配件 附件
pan, frying pan = 平底锅 煎锅
wok = 炒锅
pot = 锅 汤锅
casserole = 砂锅
lid = 盖子 锅盖 壶盖
knife = 刀 刀具
chef's knife = 主厨刀 菜刀
bread knife = 面包刀
cutting board, chopping board = 砧板 菜板 案板
knife sharpener, sharpener = 磨刀器
cup = 杯子 杯
mug = 马克杯
glass = 玻璃杯
thermos, thermos flask, vacuum flask = 保温杯 保温瓶
bottle, water bottle = 水杯 水瓶
bowl = 碗
plate = 盘子 餐盘
food container, storage box = 保鲜盒 收纳盒
bin, trash can = 垃圾桶
chair = 椅子
table = 桌子 餐桌
desk = 书桌 办公桌
sofa, couch = 沙发
bed = 床
mattress = 床垫
pillow = 枕头
wardrobe = 衣柜
bookcase, bookshelf = 书架 书柜
cabinet = 柜子
rug, carpet = 地毯
curtain = 窗帘
mirror = 镜子
towel = 毛巾 浴巾
laptop, notebook = 笔记本电脑 笔记本 (电脑)
computer = 电脑
desktop = 台式机 台式电脑
monitor = 显示器
keyboard = 键盘
mouse = 鼠标
printer = 打印机
router = 路由器
phone, smartphone, mobile phone = 手机
tablet = 平板电脑 平板
camera = 相机 摄像机
lens = 镜头
headphone, headset, earphone, earbud = 耳机
speaker = 音箱 音响
microphone = 麦克风 话筒
television, tv = 电视 电视机
projector = 投影仪
watch = 手表
smartwatch = 智能手表
hard drive, hard disk = 硬盘
memory card = 存储卡 内存卡
shirt = 衬衫
t-shirt, tee = T恤
trousers, pants = 裤子
jeans = 牛仔裤
shorts = 短裤
skirt = 裙子 半身裙
dress = 连衣裙
jacket = 夹克 外套
coat = 大衣
sweater, jumper = 毛衣
hoodie = 卫衣
sock = 袜子
shoe = 鞋 鞋子
boot = 靴子
sneaker = 运动鞋
hat, cap = 帽子
glove = 手套
scarf = 围巾
belt = 腰带 皮带
bag = 包 包包
backpack = 背包 双肩包
suitcase, luggage = 行李箱
tent = 帐篷
sleeping bag = 睡袋
bicycle, bike = 自行车
mountain bike = 山地车 山地自行车
road bike = 公路车 公路自行车
helmet = 头盔
tire, tyre = 轮胎
pump = 打气筒 水泵
jersey = 骑行服 球衣
toy = 玩具
book = 书 图书
pen = 笔
stroller, pram = 婴儿车
bracelet = 手链
necklace = 项链
ring = 戒指
"""
KINDS_OF_LOOK = """
black = 黑色 黑
white = 白色 白
grey, gray = 灰色 灰
silver = 银色 银
red = 红色 红
blue = 蓝色 蓝
green = 绿色 绿
yellow = 黄色 黄
orange = 橙色 橘色
brown = 棕色 咖啡色
pink = 粉色 粉红色
purple = 紫色
gold = 金色
beige, cream = 米色 米白色
stainless steel = 不锈钢
steel = 钢
aluminium, aluminum = 铝
glass = 玻璃
plastic = 塑料
wood, wooden = 木 木头 木质
bamboo = 竹 竹子
ceramic = 陶瓷
cast iron = 铸铁
leather = 皮革 真皮
cotton = 棉 纯棉
wool = 羊毛
silicone = 硅胶
copper = 铜
"""


@cache
def translations() -> dict[str, frozenset[str]]:
    """A word for a ware (English in the singular) -> its words in the other language."""
    return _read(WARES)


@cache
def looks() -> dict[str, frozenset[str]]:
    """As `translations`, of colours and materials."""
    return _read(KINDS_OF_LOOK)


def _read(table: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in table.strip().splitlines():
        english, chinese = line.split(" = ")
        names = english.split(", ")
        strict = re.sub(r"\([^)]*\)", "", chinese).split()
        for word in chinese.casefold().replace("(", "").replace(")", "").split():
            found.setdefault(word, set()).update(names)
        for name in names:
            found.setdefault(name, set()).update(word.casefold() for word in strict)
    return {word: frozenset(others) for word, others in found.items()}
