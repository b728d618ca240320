"""Words for the tables, limits and yes-or-no matters of `reading`, in the form that its parse reads."""

SPEC_TEXT = r"""
= power near:standby,speed
n Rated power | Power input
N 额定功率 | 输入功率
v {300-2400:50} W
q how many watts does {P} draw | Will {P} be too much for a small generator? How many watts?
Q {P}多少瓦？ | {P}开起来要用多大的电？
= standby near:power,autooff
n Standby consumption
N 待机功耗
v {0.2-3.0} W
q what does {P} eat when it's plugged in but idle | How much electricity does {P} take while doing nothing?
Q {P}插着不用耗多少电？ | {P}空闲时费不费电，多少瓦？
= voltage near:power
n Rated voltage
N 额定电压
v {110/120/127} V | {220/230/240} V
q How many volts does {P} need? | can I plug {P} in abroad, what mains is it for
Q {P}要多少伏的电？ | {P}带去国外，电压是多少？
= coldcap near:hotcap,mincap
n Max. capacity, cold | Cold filling, maximum
N 最大容量（冷） | 冷饮容量
v {1000-1950:50} ml
q how much can I put into {P} for a cold smoothie | What's the limit of {P} when blending with ice?
Q {P}打冷饮最多装多少？ | 用{P}做冰沙最多放多少？
= hotcap near:coldcap,mincap
n Max. capacity, hot | Hot filling, maximum
N 最大容量（热） | 热饮容量
v {400-950:50} ml
q How much soup fits into {P} at most when it's cooked in there? | what amount of hot liquid may {P} hold
Q {P}做热汤最多装多少？ | 煮热豆浆，{P}一次能做多少？
= mincap near:coldcap,hotcap
n Minimum filling
N 最少加入量 | 最低容量
v {100-350:50} ml
q What's the least I must put into {P}? | I live alone; how little can I make in {P}?
Q {P}最少要放多少？ | 一个人吃，{P}最少能做多少？
= boil near:hold,charge
n Time to boil | Heating-up time to 100 °C
N 煮沸时间 | 烧开用时
v {2-12} min {10-50:10} s
q how quickly does {P} bring water to the boil | How long till the water bubbles in {P}?
Q {P}多久能把水烧开？ | 用{P}烧水快吗，几分钟开？
= hold near:boil,autooff
n Keep-warm time | Holding time
N 保温时间 | 保温时长
v {2-24} h
q How long does {P} keep the contents hot? | if dinner is late, for how long does {P} hold the heat
Q {P}能保温多久？ | 做好放在{P}里，热乎多长时间？
= charge near:run,boil
n Charging time
N 充电时间
v {60-290:5} min
q How long must {P} be at the mains until the battery is full? | {P} is empty. When is it full again?
Q {P}没电了，多久能充满？ | {P}充满要多长时间？
= run near:charge,hold
n Running time | Battery run time
N 运行时间 | 续航
v {15-95:5} min
q how long can I work with {P} before the battery is flat | How long does {P} last without a cable?
Q {P}充一次能用多久？ | {P}不插电能撑多长时间？
= net near:gross,load
n Net weight
N 净重
v {0.8-9.0} kg
q how heavy is {P} itself, without the box | What does {P} alone bring to the scales?
Q {P}不算包装有多重？ | {P}机器本身多重？
= gross near:net,load
n Gross weight | Shipping weight
N 毛重 | 含包装重量
v {10.0-18.0} kg
q What does {P} weigh with its box? | how heavy is the whole parcel with {P}
Q {P}连箱子一起多重？ | {P}带包装有几公斤？
= load near:net,gross
n Maximum load
N 最大承重
v {20-190:5} kg
q How much may I put on {P}? | will {P} bear my weight, what's the limit
Q {P}上面最多能压多重？ | {P}能扛多少公斤？
= noiselow near:noisehigh,speed
n Noise, lowest level | Sound level, low
N 噪音（低档） | 最低档噪声
v {20-48} dB(A)
q how loud is {P} at its gentlest setting | Can I sleep next to {P} when it's turned right down? How many dB?
Q {P}开到最小有多吵？ | 晚上最低档开{P}，多少分贝？
= noisehigh near:noiselow,speed
n Noise, highest level | Sound level, high
N 噪音（高档） | 最高档噪声
v {55-92} dB(A)
q How loud does {P} get at full throttle? | what's the noise of {P} flat out
Q {P}开到最大有多响？ | {P}全速时多少分贝？
= speed near:power,levels
n Speed | Revolutions
N 转速
v {4000-36000:500} rpm | {4000-36000:1000}/min
q How fast does {P} spin? | how many turns a minute does {P} make
Q {P}转得多快？ | {P}每分钟转几圈？
= levels near:speed,programmes
n Speed levels
N 档位
v {2-4} | {5-12}
q How many steps can I switch {P} to? | between how many settings of pace can I choose on {P}
Q {P}能调几档？ | {P}快慢分几级？
= programmes near:levels
n Automatic programmes | Preset programmes
N 预设程序 | 自动程序数
v {3-16}
q How many things does {P} do on its own? | what number of presets does {P} have
Q {P}自带几个程序？ | {P}有几种一键功能？
= size near:cable,opening
n Dimensions (W x D x H)
N 外形尺寸（宽×深×高）
v {150-480:5} x {150-480:5} x {200-490:5} mm
q Will {P} fit under my wall unit? How tall and wide is it? | what room does {P} take up
Q {P}占多大地方？ | {P}长宽高多少？
= cable near:size,hose
n Cord length | Power cord
N 电源线长 | 线长
v {0.8-3.9} m
q My socket is far away. How far does the lead of {P} reach? | how long is the wire of {P}
Q 插座有点远，{P}的线多长？ | {P}电线有几米？
= hose near:cable
n Hose length
N 软管长度
v {1.0-9.0} m
q How long is the tube on {P}? | how far can I go with the hose of {P}
Q {P}的管子多长？ | {P}管子够几米？
= opening near:size
n Filling opening
N 投料口直径 | 进料口
v Ø {60-135} mm
q Does a whole apple go into {P}? How wide is the hole? | how big is the mouth where I put things into {P}
Q 整个苹果能塞进{P}吗，口多大？ | {P}放料的口子有多宽？
= mintemp near:maxtemp
n Lowest temperature
N 最低温度
v {30-60:5} °C
q What's the coolest I can set {P} to? | how low does the heat of {P} go
Q {P}最低能调到几度？ | 用{P}低温发酵，最低多少度？
= maxtemp near:mintemp
n Highest temperature
N 最高温度
v {150-260:5} °C
q How hot does {P} get at most? | what's the top heat of {P}
Q {P}最高能到几度？ | {P}最热是多少度？
= pressure near:power
n Pump pressure | Pressure
N 泵压 | 压力
v {9-20} bar
q how many bar does {P} build up | With what force does {P} push the water through?
Q {P}几个巴？ | {P}泵有多大劲？
= tank near:dirty
n Fresh water tank
N 清水箱容积 | 净水箱
v {400-950:10} ml | {1.0-4.5} l
q how much clean water can I fill into {P} | What's the size of the container for fresh water on {P}?
Q {P}干净的水能装多少？ | {P}清水桶多大？
= dirty near:tank
n Waste water tank | Dirty water tank
N 污水箱容积
v {300-890:10} ml
q How much dirty water does {P} take before I must empty it? | size of the used-water container of {P}
Q {P}脏水能存多少？ | {P}污水桶多大？
= area near:flow
n Recommended room size
N 适用面积
v {12-90} m²
q for how big a room is {P} enough | Will {P} manage my living room? Up to how many square metres?
Q {P}适合多大的房间？ | 客厅用{P}够吗，能管多少平？
= flow near:area
n Air flow | Air output
N 风量 | 出风量
v {120-800:10} m³/h
q How much air does {P} move an hour? | what volume of air comes out of {P}
Q {P}每小时能吹多少风？ | {P}出风有多大？
= battery near:charge,run
n Battery capacity
N 电池容量
v {1500-7900:100} mAh
q how many mAh are in {P} | How big is the accumulator of {P}?
Q {P}电池多少毫安？ | {P}电池有多大？
= autooff near:standby,hold
n Automatic switch-off after
N 自动关机时间
v {5-90:5} min
q When does {P} turn itself off if I forget it? | after what time does {P} go off by itself
Q 忘了关{P}，多久会自己断电？ | {P}多长时间不动会自己关？
= blades near:opening
n Blade | Blades
N 刀片 | 刀头
v {2/4/6/8} blades, {titanium-coated/stainless steel} | {3/5} blades, hardened steel
V {2/4/6/8}叶，{钛涂层/不锈钢} | {3/5}叶，淬火钢
q How many cutting edges does {P} have and what are they of? | what sort of knife sits in {P}
Q {P}的刀是几叶的？ | {P}刀是什么钢？
= cover near:programmes
n Guarantee
N 质保
v {2-10} years
V {2-10}年
q How many years does the maker stand behind {P}? | for how long is {P} repaired free of charge
Q {P}坏了几年内免费修？ | {P}保几年？
"""

# code in the table in English and Chinese, then as it is said in a question
LAMPS = """
blinking red twice ; 红灯闪两下 ; the red light blinks twice ; 红灯一直闪两下
blinking red three times ; 红灯闪三下 ; the red light flashes three times ; 红灯闪三下
steady red ; 红灯常亮 ; the lamp stays red all the time ; 红灯一直亮着
steady orange ; 橙灯常亮 ; the lamp glows orange without a break ; 橙色灯一直亮
blinking blue ; 蓝灯闪烁 ; the lamp is flashing blue ; 蓝灯在闪
blinking green slowly ; 绿灯慢闪 ; the green light blinks slowly ; 绿灯慢慢闪
two beeps ; 蜂鸣两声 ; it beeps twice ; 它滴滴响两声
five beeps ; 蜂鸣五声 ; it beeps five times ; 它响了五声
"""
# an underscore stands for a blank
CODES = (
    "E1 E2 E3 E4 E5 E6 E7 E8 E9 E10 E11 E12 F01 F02 F03 F04 F07 F11 Err_1 Err3 Err_5 Lo HH LL Hi -- CL dF H20 U3 P1 oF"
)
# meaning ; what to do
FAULTS = """
No water in the tank ; Refill the tank and press start ; 水箱缺水 ; 加满水后按启动键
Motor overheated ; Let it cool for 30 minutes ; 电机过热 ; 冷却30分钟后再用
Temperature sensor faulty ; Contact customer service ; 温度传感器故障 ; 联系售后维修
Lid not closed ; Turn the lid until it clicks ; 杯盖未盖好 ; 旋紧杯盖至听到咔哒声
Jug overfilled ; Remove contents down to the MAX mark ; 加料过多 ; 减少食材至最高刻度以下
Blade blocked ; Unplug and remove the obstacle ; 刀片卡住 ; 拔掉电源清除异物
Battery almost empty ; Put it on the charger ; 电量过低 ; 放回底座充电
Filter clogged ; Rinse the filter under the tap ; 滤网堵塞 ; 用清水冲洗滤网
Drain pump blocked ; Clean the fluff trap ; 排水泵堵塞 ; 清理排水过滤器
Water inlet closed ; Open the tap fully ; 进水异常 ; 打开水龙头
Door not locked ; Push the door shut until it latches ; 门未锁好 ; 重新关紧机门
Load unbalanced ; Spread the laundry evenly ; 衣物偏心 ; 把衣物抖散放均匀
Mains voltage too low ; Use another socket ; 电压过低 ; 换一个插座
Communication error between boards ; Switch off for 10 minutes, then restart ; 主板通信故障 ; 断电10分钟后重启
Leak in the base tray ; Close the tap and call a technician ; 底盘漏水 ; 关闭水龙头并报修
Descaling due ; Run the descaling programme ; 需要除垢 ; 运行除垢程序
Wheel lifted off the floor ; Set the robot on level ground ; 轮子悬空 ; 把机器放到平地上
Dust box missing ; Insert the dust box ; 未装尘盒 ; 装回尘盒
Defrosting in progress ; Wait, no action needed ; 正在除霜 ; 无需处理，等待结束
Child lock active ; Hold the key symbol for 3 seconds ; 童锁开启 ; 长按锁键3秒
Ambient temperature above 40 °C ; Move it to a cooler place ; 环境温度高于40℃ ; 移到阴凉处
Fan does not turn ; Send the unit in for repair ; 风扇不转 ; 寄回检修
Scale overloaded ; Take the weight off ; 超出量程 ; 取下重物
Wi-Fi connection lost ; Reconnect in the app ; 网络断开 ; 在App里重新配网
"""
# symptom ; asked ; cause ; remedy
SYMPTOMS = """
Appliance does not start ; It's dead when I press the button. ; plug is loose ; push the plug in firmly ;
 机器不启动 ; 按了没反应， ; 插头松动 ; 插紧插头
Coffee runs too slowly ; Only drops come out into my cup. ; grind too fine ; set the grinder coarser ;
 咖啡出得慢 ; 咖啡一滴一滴往下滴， ; 研磨过细 ; 把研磨度调粗
Coffee is not hot ; My espresso comes out lukewarm. ; cups too cold ; preheat the cups ;
 咖啡不热 ; 出来的咖啡温吞吞的， ; 杯子太凉 ; 先温杯
Milk does not froth ; I get no foam at all. ; nozzle blocked ; clean the nozzle with the pin ;
 奶泡打不出来 ; 奶一点泡沫都没有， ; 喷嘴堵塞 ; 用针疏通喷嘴
Water under the machine ; There's a puddle on my worktop. ; drip tray full ; empty the drip tray ;
 机器下面有水 ; 台面上一滩水， ; 接水盘已满 ; 倒掉接水盘的水
Strong vibration ; It dances across the floor. ; feet not level ; adjust the feet ;
 抖动厉害 ; 机器开起来满地跑， ; 底脚不平 ; 调平底脚
Unpleasant smell ; It stinks when I switch it on. ; residue in the sieve ; wash the sieve with vinegar ;
 有异味 ; 一开就一股臭味， ; 滤网有残渣 ; 用白醋清洗滤网
Laundry stays wet ; The clothes come out dripping. ; spin speed too low ; choose a higher spin speed ;
 衣物太湿 ; 洗完衣服还在滴水， ; 脱水转速太低 ; 选择更高转速
White marks on dishes ; My glasses have a milky film. ; salt used up ; refill the salt ;
 餐具有白斑 ; 杯子上一层白雾， ; 软水盐用完 ; 补充软水盐
Weak suction ; It hardly picks up any dust. ; bag full ; change the bag ;
 吸力变弱 ; 灰都吸不起来了， ; 尘袋已满 ; 更换尘袋
No sound on one side ; My left ear hears nothing. ; contacts dirty ; wipe the contacts dry ;
 单边没声音 ; 左耳听不见， ; 触点脏污 ; 擦净触点
Food is burnt outside and raw inside ; Black crust but the middle is uncooked. ; heat too high ; reduce by 20 °C ;
 外焦里生 ; 表面糊了里面还没熟， ; 温度过高 ; 调低20℃
Lamp flickers ; The light twitches on and off. ; dimmer not suitable ; use an LED dimmer ;
 灯光闪烁 ; 灯一闪一闪的， ; 调光器不匹配 ; 换LED调光器
Soy milk tastes gritty ; My soy drink is full of bits. ; beans not soaked ; soak the beans for 8 hours ;
 豆浆有渣 ; 打出来全是渣子， ; 豆子未浸泡 ; 豆子提前泡8小时
"""

# kind: names of the columns first (name, amount, temperature, time), then the lines
PLANS = {
    "food": """
Food;Amount;Temperature;Time ; 食材;分量;温度;时间
broccoli/西兰花;{200-500:50} g;{160-190:5} °C;{6-12} min
chicken wings/鸡翅;{500-900:50} g;{180-200:5} °C;{18-28} min
chips/薯条;{300-900:50} g;{180-200:5} °C;{14-25} min
salmon/三文鱼;{200-500:50} g;{170-195:5} °C;{8-14} min
sausages/香肠;{3-8} pcs;{160-190:5} °C;{8-15} min
prawns/虾;{200-500:50} g;{170-195:5} °C;{5-10} min
pork chops/猪排;{300-700:50} g;{180-200:5} °C;{12-20} min
ribs/排骨;{500-900:50} g;{180-200:5} °C;{20-35} min
steak/牛排;{200-600:50} g;{190-205:5} °C;{6-12} min
sweet potatoes/红薯;{300-800:50} g;{185-205:5} °C;{25-40} min
aubergine/茄子;{200-500:50} g;{165-190:5} °C;{10-16} min
mushrooms/蘑菇;{200-400:50} g;{170-185:5} °C;{7-11} min
cauliflower/花菜;{300-500:50} g;{170-190:5} °C;{11-16} min
corn cobs/玉米;{2-4} pcs;{175-200:5} °C;{10-18} min
egg tarts/蛋挞;{4-9} pcs;{175-200:5} °C;{10-17} min
muffins/玛芬;{4-9} pcs;{150-175:5} °C;{12-18} min
bread rolls/小面包;{4-8} pcs;{155-180:5} °C;{6-12} min
pizza/披萨;{1-2} pcs;{180-210:5} °C;{8-15} min
tofu/豆腐;{200-400:50} g;{180-200:5} °C;{11-17} min
peanuts/花生;{200-400:50} g;{140-165:5} °C;{9-15} min
duck/鸭子;{900-1800:100} g;{170-190:5} °C;{45-70} min
meatballs/肉丸;{8-20} pcs;{175-195:5} °C;{9-14} min
spring rolls/春卷;{6-12} pcs;{185-200:5} °C;{7-12} min
pumpkin/南瓜;{300-600:50} g;{175-195:5} °C;{14-22} min
asparagus/芦笋;{200-400:50} g;{180-200:5} °C;{5-9} min
lamb chops/羊排;{300-800:50} g;{190-205:5} °C;{10-16} min
carrots/胡萝卜;{200-500:50} g;{170-190:5} °C;{14-20} min
""",
    "wash": """
Programme;Load;Temperature;Duration ; 程序;装载量;水温;时长
cotton/棉麻;{5-9} kg;{40-60:10} °C;{120-190:5} min
synthetics/化纤;{3-4} kg;{30-40:10} °C;{80-115:5} min
wool/羊毛;{1.0-2.0} kg;{20-30:10} °C;{35-55:5} min
silk/真丝;{1.0-1.5} kg;{20-30:10} °C;{30-50:5} min
quick wash/快洗;{1.0-2.5} kg;{20-30:10} °C;{14-30} min
baby clothes/婴儿服;{2-4} kg;{60-95:5} °C;{130-175:5} min
down jackets/羽绒服;{1.0-2.0} kg;{30-40:10} °C;{70-110:5} min
sportswear/运动服;{2-4} kg;{30-40:10} °C;{45-75:5} min
bed linen/床品;{3-6} kg;{40-60:10} °C;{100-150:5} min
jeans/牛仔裤;{2-4} kg;{30-40:10} °C;{80-110:5} min
drum clean/筒自洁;{0-0} kg;{70-90:10} °C;{95-125:5} min
""",
    "brew": """
Tea;Amount;Water temperature;Steeping time ; 茶类;投茶量;水温;浸泡时间
green tea/绿茶;{2-4} g;{70-80:5} °C;{1-3} min
black tea/红茶;{3-5} g;{90-100:5} °C;{3-5} min
oolong/乌龙茶;{5-8} g;{90-100:5} °C;{2-4} min
white tea/白茶;{3-5} g;{80-90:5} °C;{3-6} min
pu-erh/普洱;{5-8} g;{95-100:5} °C;{4-6} min
herbal tea/花草茶;{2-4} g;{95-100:5} °C;{6-10} min
rooibos/路易波士茶;{2-4} g;{90-100:5} °C;{5-9} min
jasmine tea/茉莉花茶;{3-4} g;{75-90:5} °C;{2-4} min
""",
    "dry": """
Produce;Slice thickness;Temperature;Drying time ; 食材;切片厚度;烘干温度;烘干时间
apples/苹果;{3-6} mm;{55-65:5} °C;{6-10} h
bananas/香蕉;{3-6} mm;{55-70:5} °C;{8-12} h
tomatoes/番茄;{5-8} mm;{60-70:5} °C;{9-14} h
mangoes/芒果;{4-7} mm;{55-65:5} °C;{8-13} h
herbs/香草;{1-1} mm;{30-40:5} °C;{2-5} h
beef jerky/牛肉干;{4-6} mm;{65-75:5} °C;{5-9} h
lemons/柠檬;{3-5} mm;{50-60:5} °C;{8-14} h
figs/无花果;{8-12} mm;{55-65:5} °C;{12-20} h
""",
    "charge": """
Battery;Charger;Up to 80 %;Full ; 电池;充电器;充至80%;充满
2.0 Ah battery/2.0Ah电池;{20-65:5} W;{20-35:5} min;{40-60:5} min
3.0 Ah battery/3.0Ah电池;{20-65:5} W;{35-50:5} min;{65-80:5} min
4.0 Ah battery/4.0Ah电池;{20-65:5} W;{45-60:5} min;{80-110:5} min
5.0 Ah battery/5.0Ah电池;{20-65:5} W;{60-85:5} min;{115-150:5} min
6.0 Ah battery/6.0Ah电池;{20-65:5} W;{80-100:5} min;{150-180:5} min
8.0 Ah battery/8.0Ah电池;{20-65:5} W;{100-130:5} min;{180-240:5} min
12 Ah battery/12Ah电池;{20-65:5} W;{150-190:5} min;{260-330:5} min
""",
}

# service zones, then what can be booked, then spare parts
ZONES = """
Germany/德国;Austria/奥地利;Switzerland/瑞士;France/法国;Poland/波兰;Denmark/丹麦;Italy/意大利;Spain/西班牙
Sweden/瑞典;Norway/挪威;Great Britain/英国;Ireland/爱尔兰;Belgium/比利时;Portugal/葡萄牙;Greece/希腊;Japan/日本
Canada/加拿大;Australia/澳大利亚;Hong Kong/香港;Taiwan/台湾;Macau/澳门;Xinjiang/新疆;Tibet/西藏;Hainan/海南
"""
SERVICES = """
blade sharpening/磨刀;battery replacement/换电池;screen replacement/换屏;deep cleaning/深度清洗;engraving/刻字
annual inspection/年检;on-site fitting/上门安装;old appliance removal/旧机回收;gift wrapping/礼品包装;re-soling/换鞋底
waterproofing treatment/防水处理;bike tuning/自行车调校;key cutting/配钥匙;data transfer/资料迁移;calibration/校准
"""
COURSES = """
knife skills/刀工;sourdough/天然酵母面包;latte art/拉花;pasta making/手工意面;soap making/手工皂;pruning roses/修剪玫瑰
sewing for beginners/缝纫入门;bike repair/修自行车;watercolours/水彩;first aid/急救;dumplings/包饺子;tea tasting/品茶
"""
PARTS = """
lid/杯盖;seal ring/密封圈;blade unit/刀头;filter/滤网;water tank/水箱;power cord/电源线;battery/电池;drip tray/接水盘
handle/把手;brush roller/滚刷;dust box/尘盒;charging base/充电座;knob/旋钮;carafe/玻璃壶;side brush/边刷;mop pad/拖布
"""

# Yes or no by implication: n the row's name, s clauses of either outcome, r facts that are near but say nothing of it.
IMPLY_TEXT = r"""
= hotsoy
n Use
N 用途
s The jug is made for [cold blending only, without heating]. | It has [a heating base that cooks soy milk and soup].
S 本机[只打冷饮，没有加热功能]。 | 杯底[带加热盘，可煮豆浆、米糊]。
r The jug holds 1.5 litres. | Beans and grains are ground in two minutes.
R 杯子容量1.5升。 | 打黄豆约两分钟。
q can it make hot soy milk? | Can I cook a soup in it? | does it heat things up as well
Q 能打热豆浆吗？ | 可以煮热汤吗？ | 有没有加热？
= oven
n Heat
N 耐热
s The dish stands [up to 230 °C in the oven]. | Handle and lid are [plastic, not for oven use].
S [可进烤箱，耐温230℃]。 | 手柄[为塑料，不可入烤箱]。
r Do not put it on an open flame. | It may be frozen down to -20 °C.
R 请勿直接明火加热。 | 可冷冻至零下20度。
q can I put it in the oven? | I want to bake a casserole in it, will that do? | is it ovenproof
Q 能进烤箱吗？ | 想用它烤东西，行不行？ | 放烤箱里会坏吗？
= hob
n Base
N 锅底
s It has a [ferromagnetic base for all hobs including induction].
  The pan is [pure aluminium, for gas and ceramic only].
S [复合导磁底，电磁炉明火通用]。 | 纯铝锅身，[仅适合燃气灶]。
r The base is 24 cm wide and 4 mm thick. | The coating is ceramic.
R 锅底直径24厘米，厚4毫米。 | 内壁为陶瓷涂层。
q Is it suitable for induction? | I've got an induction cooker, would this heat up? | does it work on an induction hob
Q 电磁炉能用吗？ | 家里是电磁炉，烧得热吗？ | 适合电磁炉吗？
= two
n Seats
N 人数
s The tent is [for two to three sleepers]. | It is [a one-person model].
S 帐篷[可睡两到三人]。 | 这款是[单人款]。
r The carrying bag is 50 cm long. | The pegs are made of aluminium.
R 收纳袋长50厘米。 | 地钉为铝制。
q Can two people use it? | would my wife and I both fit in | is there room for a couple
Q 两个人能用吗？ | 我和老婆睡得下吗？ | 够两个人吗？
= wifi
n Wireless
N 无线
s Connects [over 2.4 GHz WLAN to the app]. | Operated [by buttons only, no app and no network].
S [支持2.4GHz无线网连App]。 | [仅机身按键操作，不联网]。
r It has Bluetooth 5.2. | The remote control needs two AAA batteries.
R 支持蓝牙5.2。 | 遥控器需两节7号电池。
q Does it have wifi? | Can I get it onto my home router? | is it possible to log it into the wlan
Q 有WiFi吗？ | 能连家里路由器吗？ | 可以接无线网吗？
= mah
n Battery
N 电池
s The built-in cell stores [5200 mAh]. | It has [no battery, it runs on mains only].
S 内置[5200毫安时]电池。 | [不带电池，须插电使用]。
r Charging takes 3 hours. | The bottle holds 600 ml. | It charges over USB-C.
R 充电时间约3小时。 | 瓶身容量600毫升。 | 使用Type-C充电。
q how many mAh does the battery have? | What's the battery capacity? | how big is the accumulator
Q 电池多少毫安？ | 电池容量多大？ | 里面电池是几毫安时的？
= code
n Discount code
N 优惠码
s Enter [HELLO10 at checkout for 10 % off]. | There are [no voucher codes at present].
S 结账输入[优惠码XIN10，立减10%]。 | 目前[没有任何优惠码]。
r The price is 49.90 EUR. | The bundle costs 89 EUR. | Prices include VAT.
R 售价199元。 | 套装价359元。 | 价格已含税。
q Do you have a discount code? | is there any voucher I can type in | Any promo code for me?
Q 有优惠码吗？ | 有没有折扣码可以填？ | 给个优惠券码呗？
= phone
n Hotline
N 热线
s Ring us [on 0800 445 1290]. | We give advice [in writing only, there is no telephone line].
S 客服电话[400-820-1177]。 | 本店[只提供在线文字客服，无电话]。
r We are there Monday to Friday from 9 to 5. | Write to help@veltora.example.
R 客服时间周一至周五9点到17点。 | 邮箱：help@veltora.example。
q Can I call you? | what's your phone number? | is there a number I can ring
Q 能打电话吗？ | 你们电话是多少？ | 有没有热线号码？
= pricematch
n Lower price elsewhere
N 价保
s Cheaper elsewhere? [We refund the difference within 14 days.] | Prices of other dealers [are not matched].
S 买贵了[14天内退差价]。 | 我们[不做价格保护]。
r The set costs 129 EUR. | The price went up in March.
R 套装售价899元。 | 三月起调价。
q I saw it for less in another shop. Will you match that? | do you go along with competitors' prices
Q 别家更便宜，能补差吗？ | 有没有价保？ | 降价了退差价不？
= dishwasher
n Cleaning
N 清洁
s All parts that come off are [fine for the dishwasher]. | [Rinse by hand; the machine makes it dull].
S 可拆部件[都能放洗碗机]。 | [只能手洗，洗碗机会使其失去光泽]。
r Wipe the housing with a damp cloth. | Clean it after each use.
R 外壳用湿布擦拭。 | 每次用完请清洗。
q can the parts go in the dishwasher? | I'm lazy: may the machine do the washing-up?
Q 能放洗碗机洗吗？ | 懒得手洗，丢洗碗机行吗？
= kids
n Users
N 适用人群
s Suited [to children from 3 years on]. | [Not for children under 8], small parts.
S [3岁以上儿童可用]。 | 含小零件，[8岁以下儿童禁用]。
r It is made of beech wood. | The paint is water-based.
R 材料为榉木。 | 采用水性漆。
q My son is four, can he have it? | is it OK for a four-year-old
Q 四岁的孩子能玩吗？ | 给四岁娃用行吗？
= rain
n Outdoor use
N 户外使用
s The housing is [sealed to IP66 and may stay out in the rain]. | [For dry indoor rooms only.]
S 外壳[IP66防护，可淋雨]。 | [仅限室内干燥环境使用]。
r It works down to -10 °C. | It hangs on a hook.
R 零下10度可正常工作。 | 带挂钩。
q may it get rained on? | can I leave it in the garden when it's wet | Does it mind rain?
Q 淋雨有事吗？ | 下雨天能放院子里吗？
= fitx
n Compatibility
N 适配
s The lid is [not compatible with the older K10]. | It fits [all models from K10 on].
S 此盖[不适用于旧款K10]。 | [K10及以后各型号通用]。
r The lid is 12 cm wide. | It fits the R7. | It comes in grey.
R 盖子直径12厘米。 | 适用R7。 | 颜色为灰色。
q Does it fit the K10? | I have a K10, can I use this with it? | will it go on my K10
Q K10能用吗？ | 我的是K10，装得上吗？ | 适配K10不？
= vegan
n Ingredients
N 成分
s Contains [no animal ingredients]. | With [honey and beeswax].
S [不含动物成分]。 | 含[蜂蜜和蜂蜡]。
r Keeps for 12 months. | The tin holds 50 g. | Free of perfume.
R 保质期12个月。 | 净含量50克。 | 不添加香精。
q Is it vegan? | I don't use anything from animals. All right for me?
Q 纯素的吗？ | 我吃纯素，这个行吗？
= gluten
n Allergens
N 过敏原
s Made [from rice flour, gluten-free]. | Contains [wheat and barley].
S [大米制成，不含麸质]。 | 含有[小麦、大麦]。
r Contains traces of nuts. | Contains milk. | 320 kcal per 100 g.
R 可能含微量坚果。 | 含乳制品。 | 每100克320千卡。
q I can't have gluten, may I eat it? | is it OK for coeliacs
Q 麸质过敏能吃吗？ | 不能吃麸质，这个行吗？
= plane
n Travel
N 出行
s With 74 Wh it is [allowed in hand luggage]. | At 160 Wh it is [banned from passenger aircraft].
S 电池74Wh，[可随身带上飞机]。 | 电池超限，[不可带上飞机]。
r The pouch has a belt loop. | It weighs 380 g.
R 附收纳袋。 | 重380克。
q can I take it on a plane? | I'm flying on Monday, will security let it through?
Q 能带上飞机吗？ | 坐飞机安检过得了吗？
= sofa
n Removable covers
N 拆洗
s The covers [come off with a zip and are washed at 30 °C]. | The cover is [glued on and cannot be taken off].
S 布套[带拉链，可拆下水洗]。 | 面料[固定粘合，不可拆卸]。
r The seat is 45 cm high. | Filled with cold foam.
R 座高45厘米。 | 填充高密度海绵。
q My dog dirties everything. Can I take the cover off and wash it? | is the fabric removable for washing
Q 套子能拆下来洗吗？ | 弄脏了布面能拆洗不？
= solo
n Assembly
N 安装
s [One person puts it together in 20 minutes.] | Assembly [takes two strong adults].
S [一个人20分钟即可装好]。 | 组装[需要两个成年人]。
r Screws and key are enclosed. | The boards are 18 mm thick.
R 附螺丝和扳手。 | 板厚18毫米。
q I live alone, can I build it up without help? | is it possible to assemble it on my own
Q 我一个人装得了吗？ | 没人帮忙自己能装吗？
= engrave
n Personalising
N 定制
s We [engrave up to 12 letters free of charge]. | Engraving is [not offered for this model].
S [可免费刻字12个以内]。 | 此款[不提供刻字]。
r Gift wrapping costs 4 EUR. | The casing is brushed steel.
R 礼品包装5元。 | 外壳为拉丝不锈钢。
q could you put my daughter's name on it? | can you have initials cut into it
Q 能刻名字吗？ | 可以把女儿的名字刻上去吗？
= noplug
n Power supply
N 供电
s It runs [on two AA batteries as well]. | It must [be plugged in all the time].
S [也可装两节5号电池]。 | 使用时[须一直插电]。
r The plug is type F. | It draws 6 W.
R 插头为国标两脚。 | 功率6瓦。
q Can I use it without a socket? | we have no power in the allotment, does it still run
Q 没有插座能用吗？ | 露营没电源，开得了吗？
= led
n Lamp
N 灯泡
s The bulb is [E27 and can be changed by yourself]. | The LED is [soldered in and cannot be replaced].
S [E27灯口，可自行更换灯泡]。 | LED[为一体式，不可更换]。
r It gives 800 lumens. | Warm white, 2700 K.
R 亮度800流明。 | 暖白光2700K。
q If the light dies, can I put a new one in? | is it possible to swap the bulb
Q 灯坏了能自己换吗？ | 灯泡能换不？
= salty
n Water
N 水质
s Also [suited to sea water]. | Use [in fresh water only, salt destroys the seal].
S [海水亦可使用]。 | [仅限淡水，盐分会腐蚀密封]。
r Diving depth up to 10 m. | Floats by itself.
R 潜水深度10米。 | 可自浮。
q can I use it in the sea? | is it all right in salt water
Q 海里能用吗？ | 海水里用会坏吗？
= contact
n Lenses
N 镜片
s There is [room for glasses behind it]. | [Cannot be worn over spectacles.]
S [可戴眼镜佩戴]。 | [不能与近视眼镜同戴]。
r The strap is adjustable. | The pane filters 99 % of UV.
R 头带可调。 | 阻隔99%紫外线。
q I wear glasses. Does it go over them? | can people with spectacles put it on
Q 近视戴眼镜能用吗？ | 戴着眼镜能戴它不？
= crushed
n Ice
N 碎冰
s The knives [crush ice cubes too]. | [Never fill in ice], it breaks the blade.
S 刀头[可直接碎冰]。 | [不可放冰块]，会崩刀。
r There are four blades. | Maximum 700 ml.
R 共四片刀。 | 最多700毫升。
q does it manage ice cubes? | I love frozen drinks, may I throw ice in?
Q 能打冰块吗？ | 做冰沙能加冰吗？
= ship
n Shipping by DHL station
N 快递柜
s We also send [to parcel lockers]. | Delivery [to home addresses only].
S [可投快递柜]。 | [只送上门，不投柜]。
r Parcels leave daily at 3 pm. | Dispatch costs 4.90 EUR.
R 每天15点发货。 | 运费8元。
q may it go to a parcel locker? | I'm never home, could you deliver to a pick-up box?
Q 能放快递柜吗？ | 不在家，可以投柜子里吗？
= try
n Trying out
N 试用
s [You may test every instrument in the shop.] | [Unpacked goods cannot be tried out.]
S [店内可试玩试听]。 | [不支持拆封试用]。
r The shop is on Mill Lane. | The stick bag is sold separately.
R 门店在新华路。 | 琴包另售。
q Could I try it before I buy? | is it possible to test it first
Q 能先试试再买吗？ | 买之前可以试用不？
= pets
n Plants and animals
N 宠物
s The plant is [harmless to cats and dogs]. | [Poisonous for pets], keep out of reach.
S [对猫狗无毒]。 | [对宠物有毒]，请放在够不到处。
r Water twice a week. | Grows to 60 cm.
R 每周浇两次水。 | 株高60厘米。
q My cat nibbles everything. Is it safe with a cat? | is it dangerous to pets
Q 家里有猫，安全吗？ | 对宠物有害吗？
= sensitive
n Skin
N 肤质
s Dermatologically tested, [also for sensitive skin]. | [Not recommended for sensitive skin.]
S [敏感肌可用]。 | [敏感肌慎用]。
r Smells of lavender. | The tube holds 75 ml.
R 薰衣草香味。 | 净含量75毫升。
q I get rashes quickly. Can I put it on my face? | is it fine for sensitive skin
Q 皮肤敏感能用吗？ | 容易过敏的脸能擦吗？
"""

# Restrictions: kind ; what varies; the sentence with {X} and its clause in brackets, the question with {X}.
SCOPES = {
    "place": "Austria/奥地利;Germany/德国;Switzerland/瑞士;France/法国;Poland/波兰;Italy/意大利;Norway/挪威;"
    "Shanghai/上海;Beijing/北京;Guangdong/广东;Hainan/海南;Xinjiang/新疆;Tibet/西藏;Hong Kong/香港",
    "who": "students/学生;trade customers/企业客户;pensioners/退休人员;club members/会员;schools/学校;teachers/教师;"
    "first-time buyers/新客户;employees/内部员工",
    "ware": "washing machines/洗衣机;headphones/耳机;knives/刀具;mattresses/床垫;shoes/鞋子;lamps/灯具;bicycles/自行车;"
    "cameras/相机;printers/打印机;sofas/沙发",
}
LIMITS = {
    "place": [
        (
            "Orders within {X} [ship free from {30-90:10} EUR].",
            "寄往{X}的订单[满{59-299:20}元包邮]。",
            "From what amount is delivery to {X} free?|I live in {X}. How much must I spend for free shipping?",
            "寄到{X}满多少包邮？|我在{X}，买多少钱免运费？",
        ),
        (
            "To {X} the parcel [takes {2-12} working days].",
            "发往{X}[约需{2-12}天]。",
            "how long does a parcel to {X} take|When would it be here? I live in {X}.",
            "寄{X}要几天？|我在{X}，多久能收到？",
        ),
        (
            "In {X} we [fit the appliance on the day of delivery].",
            "{X}地区[送货当天上门安装]。",
            "Do you fit it in {X}?|when would the appliance be connected in {X}",
            "{X}能上门装吗？|在{X}什么时候来装？",
        ),
        (
            "For {X}, the guarantee [runs for {3-6} years].",
            "{X}地区销售的产品[保修{3-6}年]。",
            "How long is the guarantee in {X}?|bought in {X} - for how many years am I covered",
            "{X}买的保几年？|在{X}坏了，几年内免费修？",
        ),
        (
            "{X}: [no deliveries there].",
            "[不寄往{X}]。",
            "Can you send it to {X}?|I live in {X}, would you deliver to me",
            "能寄到{X}吗？|我在{X}，发不发货？",
        ),
    ],
    "who": [
        (
            "For {X} there is [{5-25} % off everything].",
            "{X}[可享{7/8/8.5/9}折]。",
            "What do {X} save?|is there anything off for {X}",
            "{X}有优惠吗？|{X}能打几折？",
        ),
        (
            "{X} may [pay within {14-60} days of the invoice].",
            "{X}[可在收票后{15-60:5}天内付款]。",
            "By when must {X} pay?|can {X} pay later, and how much later",
            "{X}能晚点付款吗，多久？|{X}账期几天？",
        ),
        (
            "{X} can [return goods within {30-100:10} days].",
            "{X}[可在{30-100:10}天内退货]。",
            "How long do {X} have for sending goods back?|until when can {X} return things",
            "{X}多久内可以退货？|{X}退货期几天？",
        ),
    ],
    "ware": [
        (
            "For {X} the guarantee is [{3-10} years].",
            "{X}[质保{3-10}年]。",
            "How long are {X} guaranteed?|for how many years do you repair {X} for nothing",
            "{X}保几年？|{X}坏了几年内免费修？",
        ),
        (
            "When you buy {X}, what you had before [is taken away free of charge].",
            "购买{X}，[免费拉走旧的]。",
            "Do you take my old one along when I buy {X}?|what about disposal when I order {X}",
            "买{X}，旧的能拉走吗？|换{X}，旧的怎么处理？",
        ),
        (
            "{X} can be [tried at home for {20-100:10} nights].",
            "{X}[可在家试用{20-100:10}天]。",
            "How long may I try {X} at home?|is there a trial period for {X}",
            "{X}能在家试用多久？|{X}有试用期吗？",
        ),
    ],
}
EXCLUSIONS = {
    "deliver": ("[We do not deliver anywhere else.]", "[其他地区均不配送。]"),
    "place": ("[This is not offered in any other country or region.]", "[其他国家和地区均不适用。]"),
    "who": ("[All other customers are excluded from this.]", "[其他客户一律不适用。]"),
    "ware": ("[This does not apply to any other goods.]", "[其他商品均不适用。]"),
}
# what is for one place only answers for each place
ONLY = [
    (
        "The trade-in bonus is paid [in {X} only].",
        "以旧换新补贴[仅限{X}]。",
        "Do I get the trade-in bonus in {X}?|I'm from {X}: is there money for my old machine",
        "{X}有以旧换新补贴吗？|我在{X}，旧机能拿补贴吗？",
    ),
    (
        "Same-day delivery is available [only within {X}].",
        "当日达[仅限{X}]。",
        "Could it come today? I'm in {X}.|is there delivery on the same day in {X}",
        "{X}能当天送到吗？|我在{X}，今天下单今天能到吗？",
    ),
    (
        "Our technicians come to the house [in {X} only].",
        "上门维修[仅限{X}]。",
        "Will somebody come to my home in {X} to mend it?|do your technicians come round in {X}",
        "{X}能上门修吗？|我家在{X}，师傅来不来修？",
    ),
    (
        "The plug supplied is [for {X} only].",
        "所附插头[仅适用于{X}]。",
        "Will the plug go into sockets in {X}?|can I plug it in at my flat in {X}",
        "带去{X}插得上吗？|{X}的插座能用这个插头吗？",
    ),
]
FILLERS = {
    "en": "Prices include VAT.|Our shop has been in business since 1998.|Please keep your receipt.|"
    "Parcels are packed without plastic.|Sale items are marked in red.|We answer e-mails in the order of arrival.",
    "zh": "价格均含税。|本店创立于1998年。|请保留购物凭证。|包装不含塑料。|特价商品以红色标注。|邮件按先后顺序回复。",
}

# Vaguely asked, in the form of IMPLY_TEXT
VAGUE_TEXT = r"""
= late
n Late delivery
N 延迟发货
s If we are late, you get [a {5-20} EUR voucher]. | For each day of delay [{2-10} % of the price comes back].
S 超时未发货，[赔付{5-30}元红包]。 | 每延迟一天[补{1-5}%货款]。
r Parcels leave within two days. | Refunds arrive after 5 days.
R 一般两天内发货。 | 退款5天到账。
q I've been waiting for ages and it's still not here. Do I get anything for my trouble?
  what do you do for me, it's late
Q 等了这么久还没到，有没有什么补偿？ | 迟迟不发货，你们赔点什么吗？
= wrong
n Wrong goods
N 发错货
s When we send the wrong thing, [keep it and get the right one free]. | A mix-up on our side is [collected at our cost].
S 发错货的，[我们承担来回运费并补发]。 | 错发商品[不用退回，另寄正确的]。
r Returns need the form in the box. | Exchanges take a week.
R 退货请填写随箱表格。 | 换货约需一周。
q That isn't what I picked at all. What happens now, and who pays for that? | you sent me something else, so what's next
Q 这根本不是我买的那个，现在怎么弄？ | 你们给我寄错了，怎么算？
= scratch
n Scratches
N 划痕
s Small scratches are [polished out free within a year]. | Marks on the surface [earn you {5-20} % off].
S 表面小划痕[一年内免费抛光]。 | 外观有瑕疵的[减价{10-50}元]。
r The surface is oiled oak. | Wipe it dry.
R 表面为橡木上油。 | 用干布擦。
q It looked perfect in the photo and now there's a line across it. Anything you can do? | it came with a mark on it, so?
Q 图上好好的，到手有一道印子，怎么说？ | 上面有条刮痕，你们管不管？
= sharp
n Sharpening
N 磨刀
s We [sharpen our own blades once a year for nothing]. | Blunt knives are [reground for {5-15} EUR].
S 自家刀具[每年免费磨一次]。 | 钝了可寄来[{10-40}元磨一把]。
r The steel is 1.4116. | Never leave it in water.
R 钢材为1.4116。 | 勿长时间泡水。
q It won't even cut a tomato any more. Is that something you'd sort out? | mine's gone dull, would you do it for me
Q 连番茄都切不动了，你们给弄吗？ | 用久了不快了，能帮处理吗？
= lost
n Lost parts
N 遗失
s Lost remote controls can be [reordered for {9-25} EUR].
  Without the key, [we send a copy if you give us the lock number].
S 遥控器丢了[可花{15-50}元补配]。 | 钥匙遗失，[凭锁号可补配]。
r The remote control has six buttons. | The lock is made of brass.
R 遥控器共六个键。 | 锁体为黄铜。
q My son has lost the thing that came with it. Can I get another? | it has vanished while moving house, what now
Q 搬家把那个弄丢了，能再要一个吗？ | 孩子把原配的弄没了，怎么办？
"""
# several facts in one remark: written in English and Chinese, asked in English and Chinese
REMARKS = """
hardness {54-66} HRC ; 硬度{54-66} HRC ; How hard is the steel? ; 钢有多硬？
edge angle {12-20}° per side ; 单边开刃{12-20}度 ; at what angle is it ground ; 开刃角度多少？
filling power {550-900:50} cuin ; 蓬松度{550-900:50} ; How fluffy is the down? ; 羽绒蓬不蓬，多少？
{200-800:100} threads per inch ; {40-120:20}支纱 ; how densely is it woven ; 织得密不密，几支的？
foam density {25-60:5} kg/m³ ; 海绵密度{25-60:5} kg/m³ ; Will the foam sag? How dense is it? ; 海绵密度多少，会塌吗？
glass {3-8} mm, tempered ; 钢化玻璃厚{3-8}毫米 ; How thick is the pane? ; 玻璃多厚？
oiled three times at the works ; 出厂上油三遍 ; Has it been oiled already? ; 出厂上过油吗？
felled in {Styria/Finland/Bavaria} ; 木料产自{芬兰/东北/云南} ; where did the tree grow ; 木头哪儿来的？
cocoa {55-90:5} % ; 可可含量{55-90:5}% ; How dark is the chocolate? ; 可可多不多，百分之几？
roasted on {1-28} March ; {3-9}月{1-28}日烘焙 ; When were the beans roasted? ; 豆子新鲜吗，哪天烘的？
grown at {1100-1900:50} m ; 海拔{1100-1900:50}米 ; how high up does it grow ; 长在多高的地方？
tear strength {30-95:5} N ; 撕裂强度{30-95:5} N ; Does it rip easily? What strength? ; 容易扯破吗，强度多少？
tension {9-14} kg recommended ; 建议拉力{9-14}公斤 ; how tight should it be strung ; 该拉多少磅或公斤？
tuned to {440/442} Hz ; 调音{440/442} Hz ; What pitch is it tuned to? ; 音准是多少？
"""
