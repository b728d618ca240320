"""Words for the rows, rules and manuals of `reading`, and how customers talk, in the form that its parse reads."""

# Each block: "= key tags near:… x:…", then lines of alternatives parted by " | ". Small letters hold English, capitals
# Chinese: n names, v values, s statements (the answer in brackets), q questions. near: topics that are easily mistaken
# for it; x: topics that may answer the same question. {a-b} and {a-b:step} are numbers, {a/b} is a choice.

ROW_TEXT = r"""
= price * near:cost_run,warranty
n Price | Unit price | RRP
N 价格 | 售价 | 单价
v {9-899}.99 EUR | ${12-990}.50 | £{8-640} | {15-2400},00 €
V {19-3999}元 | ¥{29-5999}.00 | {49-899}.9元
q how much is {P}? | What does {P} cost? | How much would I have to pay for {P}? | what are you asking for {P}
  Could you tell me what {P} sells for? | I'm on a budget - how much money are we talking about?
Q {P}多少钱？ | {P}卖多少？ | 想买{P}，得花多少钱？ | {P}什么价位？ | 请问{P}现在的售价是多少？
  要多少银子才能拿下{P}
= stock * near:leadtime,price x:leadtime
n Stock | Availability | In stock
N 库存 | 现货数量 | 库存状态
v {3-240} pcs | {2-99} units | sold out | only {2-9} left
V {3-500}件 | 仅剩{2-9}件 | 缺货 | 现货{10-90}台
q Do you still have {P}? | how many are left? | Is {P} available right now? | Can I still get {P}?
  I need twelve of them, do you have enough? | How many of {P} are on the shelf?
Q {P}还有货吗？ | {P}还剩几个？ | 现在能买到{P}吗？ | 我要订十个，够不够？ | 仓库里还有多少{P}？
= weight * near:dimensions,load x:pack
n Weight | Net weight | Mass
N 重量 | 净重 | 产品重量
v {0.3-24.0} kg | {90-980} g | approx. {1.0-9.0} kg | {2-40} lb
V {0.3-24.0}千克 | {90-980}克 | 约{1.0-9.0}kg | {2-40}斤
q How heavy is {P}? | what does {P} weigh | Is {P} light enough to carry around all day? How many kilos or grams?
  My mother can't lift much. How heavy will it be for her? | How many grams or kilos does {P} bring to the scales?
Q {P}有多重？ | {P}重不重，多少斤？ | 拿在手里沉吗，具体多少？ | {P}几公斤？ | 老人家提得动{P}吗，有多沉？
= dimensions * near:weight,cable,thickness x:width,height,pack
n Dimensions | Size (W x D x H) | Measurements
N 尺寸 | 外形尺寸 | 产品尺寸（长×宽×高）
v {12-90} x {10-60} x {5-110} cm | {120-900} × {80-600} × {40-900} mm | W {20-80} / D {20-60} / H {10-120} cm
V {12-90}×{10-60}×{5-110}厘米 | {120-900}*{80-600}*{40-900}mm | 长{20-80}cm 宽{20-60}cm 高{10-120}cm
q How big is {P}? | Will {P} fit in a 30 cm gap? | how much room does {P} take up
  What are the outer measurements of {P}? | I only have a narrow shelf. How wide, deep and tall is it?
  will it fit on my windowsill?
Q {P}有多大？ | 30厘米的缝隙能塞下{P}吗？ | {P}占多大地方？ | 长宽高分别是多少？ | 我家柜子窄，放得下{P}吗？
= pack * near:dimensions,weight,contents x:weight,dimensions
n Shipping carton | Packed size and weight | Parcel
N 包装规格 | 外箱尺寸及毛重 | 包裹规格
v {30-90} x {20-60} x {15-50} cm, {2-30} kg gross | {20-60} x {20-50} x {10-40} cm / {1-20} kg
V {30-90}×{20-60}×{15-50}cm，毛重{2-30}kg | {20-60}*{20-50}*{10-40}cm/{1-20}kg
q How big and heavy is the parcel? | What size box does {P} come in? | Will the carton fit in the boot of my car?
  how large is the packaging of {P} | What is the gross weight and size when packed?
Q {P}的箱子有多大？ | 连包装一起多大多重？ | 包裹能塞进后备箱吗？ | 快递盒什么规格？ | {P}打包后多大？
= power e near:voltage,noise,energy x:motor
n Power | Rated power | Power consumption
N 功率 | 额定功率 | 输入功率
v {40-2400:10} W | {1.0-3.6} kW | max. {60-2000:20} W
V {40-2400:10}W | {1.0-3.6}千瓦 | {60-2000:20}瓦
q How many watts does {P} have? | How powerful is {P}? | what does {P} draw when running
  My inverter is small. How much power does {P} need? | What wattage is it?
Q {P}多少瓦？ | {P}功率大不大，多少？ | 宿舍限电，这个用多少瓦？ | 开起来耗多少瓦？ | {P}会不会跳闸，多大功率？
= voltage e near:power,plug
n Voltage | Mains voltage | Operating voltage
N 电压 | 额定电压 | 工作电压
v {220/230/240} V | {110/100/120} V | {12/24} V DC | 100-240 V
V {220/230}V | 110伏 | {12/24}伏直流 | 100-240V
q How many volts does {P} run on? | Does {P} work on 110 volts? | Is {P} built for 110 or for 230?
  what voltage is required for {P} | We travel to Japan, will the electricity there suit it?
Q {P}用多少伏的电？ | 在美国110V能用吗？ | {P}支持国外电压吗？ | 带去日本电压合适吗？ | {P}要多少伏的电源？
= plug e near:voltage,cable
n Plug type | Plug | Mains plug
N 插头类型 | 插头 | 电源插头
v Type {C/F/G} | Schuko (type F) | UK 3-pin | US 2-pin
V 国标三脚 | 两脚扁插 | 欧标圆插 | 英标三脚
q Which plug does {P} have? | will I need an adapter for a wall socket? | What kind of socket does {P} go into?
  Is the plug on {P} for Europe or for Britain? | how many pins are on it
Q {P}是几脚插头？ | {P}什么插头？ | 插座要配转换头吗？ | 插头是欧规还是国标？ | {P}插哪种插座？
= energy e near:noise,voltage x:cost_run,power
n Energy class | Energy efficiency | Energy label
N 能效等级 | 能效 | 能源标识
v {A/B/C/D/E} | Class {A/B/C/F} | {A/B/C} (scale A to G)
V 一级能效 | {二/三}级 | {1/2/3}级
q How economical is {P}? Which class? | What letter is on the energy label? | how energy-saving is {P}
  Which efficiency class does {P} belong to? | Is it a power guzzler?
Q {P}省不省电，几级的？ | {P}是几级能效？ | 能耗是哪一级？ | 想买节能的，{P}怎么样？ | {P}费电吗？
= cost_run e near:energy,power x:energy,power
n Annual consumption | Energy use per year | Yearly electricity
N 年耗电量 | 全年用电量 | 每年耗电
v {40-380} kWh | {60-290} kWh per year
V {40-380}度 | {60-290}千瓦时/年
q How many kWh does {P} use in a year? | what will {P} add to my yearly electricity bill in kWh
  How much current is consumed in twelve months? | Over a whole year, how much electricity goes into {P}?
Q {P}一年用多少度电？ | 一年下来耗电多少？ | 全年大概走几度电？ | {P}每年要用多少电？
= noise eg near:power,motor
n Noise level | Sound level | Noise
N 噪音 | 噪声值 | 运行噪音
v {32-86} dB | {40-85} dB(A) | max. {38-79} dB
V {32-86}分贝 | ≤{40-80}dB | {38-79}dB(A)
q How loud is {P}? | Will {P} wake the baby? How many decibels? | is {P} quiet
  Can I run {P} at night without annoying the neighbours? | What is the sound pressure of {P}?
Q {P}吵不吵？ | 晚上开{P}会不会吵到邻居？ | 声音大吗，多少分贝？ | {P}静音效果怎么样？ | 会把孩子吵醒吗？
= capacity kw near:dimensions,weight,power
n Capacity | Volume | Filling volume
N 容量 | 容积 | 有效容积
v {0.5-8.0} l | {250-950:50} ml | {2-9} litres
V {0.5-8.0}升 | {250-950:50}毫升 | {1-12}L
q How much goes into {P}? | How many litres does {P} hold? | what can I fill into {P} at most
  Is {P} big enough for a family of five? How much does it take? | What is the holding volume?
Q {P}能装多少？ | {P}是几升的？ | 一次能装多少水？ | 五口之家够用吗，多大容量？ | {P}装得下多少毫升？
= colour * near:material,style
n Colour | Color | Finish colour
N 颜色 | 色号 | 外观颜色
v {matt black/pearl white/navy blue/olive green/anthracite/brick red} | {silver/cream/mint/sand/copper}
V {哑光黑/珍珠白/藏青色/橄榄绿/砖红色} | {银色/米白/薄荷绿/香槟金/深灰}
q What colour is {P}? | Is {P} black or white? | which shade does {P} have
  Will it match my grey sofa? What tone is it? | Does it come in dark or light?
Q {P}什么颜色的？ | {P}是黑的还是白的？ | 跟我家灰沙发搭不搭，啥色？ | 颜色深还是浅？ | {P}是哪种色？
= material kefgabl near:colour,wash x:frame,coating
n Material | Made of | Main material
N 材质 | 主要材料 | 用料
v {stainless steel/solid oak/ABS plastic/aluminium/borosilicate glass/bamboo}
  {polypropylene/cast iron/pine wood/nylon}
V {不锈钢/实木/ABS塑料/铝合金/高硼硅玻璃/竹子} | {聚丙烯/铸铁/松木/尼龙}
q What is {P} made of? | Is {P} plastic or metal? | what stuff is {P} manufactured from
  I'm allergic to nickel - what does {P} consist of? | which raw material was used?
Q {P}是什么做的？ | {P}是塑料的还是金属的？ | 用的什么料子？ | 我对镍过敏，这是啥材料？ | {P}什么材质？
= warranty * near:returns,spare x:
n Warranty | Guarantee | Manufacturer warranty
N 保修期 | 质保 | 保修时间
v {2/3/5/10} years | {12/24/36} months | {2/3} years (motor {5/10} years)
V {一/两/三/五}年 | {12/24/36}个月 | 整机{1/2}年
q How long is {P} covered if it breaks? | What if {P} dies after a year - for how long do I get it repaired free?
  how many years of guarantee are on {P} | For how long does the maker stand behind {P}?
  Is there a guarantee, and how long?
Q {P}保多久？ | 坏了几年之内免费修？ | {P}质保几年？ | 用一年坏了还管吗，保修多长时间？ | {P}的保固期是多久？
= returns * near:warranty,leadtime
n Return period | Returns | Right of return
N 退货期限 | 退换政策 | 退货
v {14/30/60} days | within {14/30/45/100} days
V {7/15/30}天无理由 | 签收后{7/14/30}天内
q How long can I send {P} back? | If I don't like {P}, until when may I return it?
  How many days do I have to change my mind? | what's the time limit for handing {P} back
Q {P}不喜欢多久内能退？ | 几天之内可以退{P}？ | 后悔了最晚什么时候退？ | {P}能无理由退几天？
= leadtime * near:stock,price x:stock
n Delivery time | Lead time | Ships within
N 发货时间 | 交货期 | 配送时效
v {2-5} working days | {24/48} hours | {2-4} weeks
V {24/48}小时内 | {2-7}个工作日 | {1-3}周
q How soon would {P} get here? | when could I have {P} | How many days until {P} arrives?
  It's a birthday present - how long must I wait? | How long does shipping take for {P}?
Q {P}多久能到？ | 现在下单{P}什么时候能发？ | {P}要等几天？ | 急用，最快多久到手？ | 拍下{P}后多长时间送到？
= battery b near:charge,mah
n Battery life | Run time | Operating time
N 续航时间 | 续航 | 使用时间
v up to {3-40} h | {4-60} hours | {25-90:5} min
V {3-40}小时 | 最长{4-60}小时 | 约{25-90:5}分钟
q How long does {P} last on one charge? | Will {P} get through a whole day without a socket?
  how many hours before {P} dies | How long can I use {P} unplugged? | What endurance can I expect from {P}?
Q {P}充一次能用多久？ | {P}能撑一整天吗？ | 不插电可以用几个小时？ | {P}多久会没电？ | 充满电能坚持多长时间？
= charge b near:battery,mah,chargeport
n Charging time | Charge time | Full charge
N 充电时间 | 充满时间 | 充电时长
v approx. {2-9} h | {45-180:5} min | {1.0-5.0} hours
V 约{1-9}小时 | {45-180:5}分钟 | {1.0-5.0}小时
q How long does {P} need to fill up from empty? | how long must {P} stay at the charger
  When the battery is empty, how long until it's full again? | How quickly does {P} recharge?
  Is an hour at the socket enough for {P}?
Q 一次充满要多久？ | {P}充电快不快，要多长时间？ | 没电后插上多久能满？ | {P}要充几个小时？ | 充一个小时够吗？
= mah b near:battery,charge
n Battery capacity | Rated capacity | Accumulator
N 电池容量 | 额定容量 | 电芯容量
v {1000-9900:100} mAh | {2.0-9.0} Ah | {20-95} Wh
V {1000-9900:100}毫安时 | {1000-9900:100}mAh | {20-95}Wh
q How many mAh or Ah does {P} have? | How big is the battery inside {P}? | what's the accumulator size of {P}
  How much charge can the battery store? | May I take {P} on a plane - how large is its battery?
Q {P}多少毫安？ | {P}电池多大？ | 能带上飞机吗，电池容量是多少？ | 里面电池是多大的？ | {P}的电池能存多少电？
= chargeport b near:charge,interface x:interface
n Charging port | Charging connector | Charges via
N 充电接口 | 充电口 | 充电方式
v {USB-C/Micro-USB/magnetic pogo pins/5.5 mm barrel plug/Qi pad}
V {Type-C/Micro USB/磁吸触点/圆孔DC口/Qi无线充}
q Which cable do I need to charge {P}? | can I charge {P} with my phone charger
  What do I plug into {P} to top it up? | What sort of charging socket is on {P}?
Q {P}用什么线充电？ | 能用手机充电器充{P}吗？ | {P}是什么充电口？ | 充电插哪种头？
= wproof abct near:material,temp
n Waterproof rating | IP rating | Water resistance
N 防水等级 | 防护等级 | 防水
v {IPX4/IPX7/IP54/IP67/IP68} | {3/5/10} ATM | not waterproof | {5000-20000:5000} mm water column
V {IPX4/IPX7/IP54/IP67/IP68}级 | {30/50/100}米防水 | 不防水
q Can I use {P} in the rain? | Does {P} survive the shower? | how well does {P} stand up to water
  What happens if {P} gets wet? | How watertight is {P}?
Q 下雨天能用{P}吗？ | {P}能戴着洗澡吗？ | {P}防不防水？ | 溅到水会坏吗？ | {P}淋湿了有事没？
= screen s near:resolution,dimensions
n Screen size | Display diagonal | Display
N 屏幕尺寸 | 屏幕大小 | 显示屏
v {5-34} inches | {1.3-9.8}" | {13-160} cm diagonal
V {5-34}英寸 | {1.3-9.8}寸 | {13-85}吋
q How big is the display of {P}? | How many inches has {P} got? | what's the diagonal
  My eyes are bad, how large is the screen?
Q {P}屏幕多大？ | {P}是几寸的？ | 老人眼睛不好，屏够大吗？ | {P}的屏有多少英寸？
= resolution s near:screen,refresh
n Resolution | Display resolution | Pixels
N 分辨率 | 屏幕分辨率 | 像素
v 1920 x 1080 | 2560 × 1440 | 3840 x 2160 (4K) | {800/1280} x {480/720}
V 1920×1080 | 2560*1440 | 3840×2160（4K） | {800/1280}×{480/720}
q How sharp is the picture? | Is {P} 4K? | how many pixels does {P} show | Is it full HD or more?
Q {P}画面清不清楚？ | {P}是4K的吗？ | 清晰度是多少？ | {P}是高清屏吗？
= refresh s near:resolution,screen
n Refresh rate | Frame rate | Frequency of display
N 刷新率 | 屏幕刷新率
v {60/75/120/144/165/240} Hz
V {60/75/120/144/165/240}Hz | {60/90/120}赫兹
q Is {P} smooth for gaming? How many hertz? | What refresh does {P} do? | how often per second is the image redrawn
  How many Hz is the panel of {P}?
Q {P}打游戏流畅吗，多少赫兹？ | {P}多少Hz？ | 每秒刷新几次？ | 屏幕是高刷吗？
= interface sal near:compat,bluetooth,chargeport x:chargeport
n Ports | Interface | Connections
N 接口 | 端口 | 连接接口
v 2 x HDMI, {1-4} x USB-A | {1-3} x USB-C, {1-2} x RJ45 | RS-232, USB-B | 3.5 mm jack, optical
V HDMI×{1-3}，USB-A×{1-4} | {1-3}个USB-C口、1个网口 | RS232、USB-B | 3.5mm音频口、光纤口
q What can I plug into {P}? | Which sockets are on the back of {P}? | what connectors does {P} offer
  Can I hook {P} up by HDMI?
Q {P}上有哪些插口？ | {P}后面能插什么线？ | 有HDMI口吗？ | {P}都带什么口？
= compat abrs near:interface,bluetooth x:app,os
n Compatible with | Suitable for | Fits
N 适用于 | 兼容型号 | 适配
v {iOS 14 and later/Android 10 and later/Windows 11/macOS 12 or newer} | models {A/B/K/T}{100-900} to {S/X/Z}{100-900}
  all series {3-9} models
V {iOS 14及以上/安卓10及以上/Windows 11/鸿蒙系统} | {A/B/K}{100-900}至{X/Z}{100-900}型号 | 全系{3-9}代
q What does {P} go with? | Which models is {P} meant for? | will {P} work with what I've got at home
  Does {P} match my machine? | With which systems or models can I use {P}?
Q {P}能配什么型号用？ | 我家的能用{P}吗？ | {P}支持哪些型号或系统？ | {P}可以搭配什么用？ | 跟我的机器匹配吗？
= bluetooth as near:interface,range x:wireless
n Bluetooth | Bluetooth version | Wireless standard
N 蓝牙 | 蓝牙版本 | 无线标准
v {Bluetooth 4.2/Bluetooth 5.0/Bluetooth 5.2/Bluetooth 5.3} | {5.0/5.1/5.3} (BLE)
V {4.2/5.0/5.2/5.3}版 | 蓝牙{5.0/5.1/5.3}
q Which version of BT has {P}? | is the bluetooth in {P} up to date | What generation of bluetooth does {P} use?
  Does {P} support BT 5?
Q {P}蓝牙几点几的？ | {P}的蓝牙是新版的吗？ | {P}支持蓝牙5吗？ | 无线是哪个版本？
= range a near:bluetooth,battery
n Range | Wireless range | Transmission distance
N 传输距离 | 有效距离 | 信号范围
v up to {8-120} m | {10-100} m (open field)
V {8-120}米 | 空旷{10-100}米
q How far away from the phone can I go with {P}? | Does the signal of {P} reach the garden?
  how many metres before {P} loses connection | What distance does {P} bridge?
Q {P}离手机多远会断？ | 隔多远还能连上{P}？ | 在院子里信号够得着吗？ | {P}最远能传多少米？
= origin * near:brandhq,cert
n Country of origin | Made in | Origin
N 产地 | 原产国 | 原产地
v {Germany/Vietnam/China/Italy/Poland/Japan/Portugal/Turkey}
V {德国/越南/中国/意大利/日本/浙江宁波/广东佛山/土耳其}
q Where is {P} manufactured? | Which country does {P} come from? | is {P} a European product | Where was {P} produced?
  I only buy local. Where do they build {P}?
Q {P}是哪里生产的？ | {P}是进口的还是国产的？ | 哪个国家造的？ | {P}在什么地方制造？ | 想支持国货，这是哪产的？
= cable e near:plug,dimensions
n Cable length | Cord length | Power cord
N 线长 | 电源线长度 | 线缆长度
v {0.8-5.0} m | {80-300:10} cm
V {0.8-5.0}米 | {80-300:10}厘米
q How far from the socket can I put {P}? | How long is the lead on {P}?
  will I need an extension, or is the wire long enough | The outlet is two metres away. Does the cord reach?
  what length of wire comes out of {P}
Q {P}的线有多长？ | 插座离得远，线够得着吗？ | 要不要另买插线板，线几米？ | {P}电线多长？ | 离插座两米能插上吗？
= temp lw near:wproof,power
n Temperature range | Operating temperature | Temperature
N 温度范围 | 工作温度 | 适用温度
v -{5-40} to +{40-90} °C | {5-30} °C to {60-250} °C | up to {60-280} °C
V -{5-40}℃至{40-90}℃ | {5-30}～{60-250}℃ | 最高{60-280}℃
q How hot or cold may it be for {P}? | Does {P} stand frost? | which degrees can {P} cope with
  Can I use {P} at minus ten? | What heat does {P} tolerate?
Q {P}能耐多少度？ | 零下十度能用{P}吗？ | {P}怕冷怕热吗？ | 多少度的环境可以用？ | {P}冬天户外扛得住吗？
= age t near:players,safety_cert
n Age range | Recommended age | Age
N 适用年龄 | 推荐年龄 | 年龄段
v from {2-12} years | {3-6}-{8-14} years | {6/10/18} months +
V {2-12}岁以上 | {3-6}-{8-14}岁 | {6/10/18}个月以上
q Is {P} suitable for a toddler? | How old should the child be for {P}? | from what age can kids use {P}
  My niece is four, may she play with {P}?
Q {P}几岁的孩子能玩？ | 两岁宝宝可以用{P}吗？ | {P}适合多大的小朋友？ | 我侄女四岁，能玩吗？
= players t near:age,playtime
n Number of players | Players
N 玩家人数 | 参与人数
v {1-2} to {4-8} | {2-3}-{4-10} persons
V {1-2}到{4-8}人 | {2-3}-{4-10}人
q How many people can join in with {P}? | Can I play {P} alone? | how many of us can play | Is {P} fun for six of us?
Q {P}几个人玩？ | 一个人能玩{P}吗？ | 最多几人一起玩？ | 我们六个人够玩吗？
= pieces t near:players,contents x:contents
n Number of pieces | Parts count
N 零件数量 | 颗粒数
v {24-1500} pieces | {30-900} pcs
V {24-1500}颗 | {30-900}片
q How many parts does {P} have? | Out of how many bits is {P} put together? | what number of pieces is in {P}
Q {P}一共多少片？ | {P}有几块零件？ | 多少颗粒的？
= load f near:weight,dimensions
n Load capacity | Max. load | Maximum user weight
N 承重 | 最大承重 | 载重
v {20-250:5} kg | max. {40-180:10} kg
V {20-250:5}公斤 | {40-300:10}斤 | ≤{40-180:10}kg
q How much can I put on {P}? | I weigh 110 kilos. Will {P} carry me? | what can {P} bear before it collapses
  How sturdy is {P}, how many kilos does it hold? | Up to what burden is {P} safe?
Q {P}能承受多重？ | 我两百斤，{P}撑得住吗？ | {P}上面能放多重的东西？ | 胖人用会塌吗，最大多少公斤？
  {P}扛得住多少斤？
= speed g near:power,motor
n Speed | Rotation speed | No-load speed
N 转速 | 空载转速 | 速度
v {300-3000:50} rpm | 0-{1200-6000:100} rpm | {8000-28000:500} rpm
V {300-3000:50}转/分 | 0-{1200-6000:100}rpm | {8000-28000:500}转每分钟
q How fast does {P} turn? | How many revolutions per minute does {P} make? | what rpm does {P} reach
  At which pace does it spin?
Q {P}转得多快？ | {P}每分钟多少转？ | {P}能到几千转？ | 转得快不快？
= motor g near:power,speed,noise
n Motor type | Motor | Drive
N 电机类型 | 马达 | 电机
v {brushless/carbon brush/induction motor/four-stroke petrol} | {brushed DC/brushless DC}
V {无刷电机/碳刷电机/感应电机/四冲程汽油机}
q Does {P} have brushes? | What kind of drive is in {P}? | which sort of motor sits in {P} | Is it brushless?
Q {P}是有刷还是无刷？ | {P}用的什么马达？ | 里面电机是哪种？ | {P}是无刷的吗？
= torque g near:speed,noise x:power
n Torque | Max. torque
N 扭矩 | 最大扭矩 | 扭力
v {12-180} Nm
V {12-180}N·m | {12-180}牛米
q How strong does {P} turn? | How many newton metres has {P}? | what Nm does {P} reach
  Is {P} strong enough for wheel nuts?
Q {P}扭力多大？ | {P}多少牛米？ | 劲儿大吗，能拧轮胎螺丝吗？ | {P}力道有多大？
= filter w near:capacity,contents
n Filter type | Filter | Filtration
N 滤网类型 | 滤芯 | 过滤方式
v {HEPA H13/HEPA H12/activated carbon/paper/washable foam/ceramic/reverse osmosis}
V {HEPA H13/HEPA H12/活性炭/PP棉/可水洗海绵/陶瓷滤芯/RO反渗透}
q What sort of filter is in {P}? | Does {P} have a HEPA? | which cartridges does {P} take
  Is {P} good for allergy sufferers - how does it filter?
Q {P}用什么滤芯？ | {P}是HEPA的吗？ | 过敏的人能用吗，怎么过滤的？ | 换芯要买哪种？
= contents * near:pack,dimensions x:pieces,accessories
n Package contents | In the box | Scope of delivery
N 包装清单 | 包装内容 | 配件清单
v 1 x main unit, {2-6} x screws, manual | main unit, pouch, quick guide
  {1-2} x unit, {1-4} x spare seals, instructions
V 主机×1、螺丝×{2-6}、说明书 | 主体、收纳袋、快速指南 | 主体{1-2}个、备用密封圈{1-4}个、说明书
q What comes with {P}? | What do I find when I unpack {P}? | which extras are supplied
  Is anything else included with {P}? | What's inside the parcel?
Q {P}都配什么？ | 打开盒子里面有啥？ | 买{P}送哪些配件？ | 到手都有什么东西？ | 除了{P}还有别的吗？
= dish k near:material,micro
n Dishwasher safe | Dishwasher-proof | Suitable for dishwasher
N 可否机洗（洗碗机） | 洗碗机适用 | 洗碗机清洗
v yes | no | yes, top rack only | no, hand wash only
V 是 | 否 | 可以，仅限上层 | 不可以，请手洗
q Can {P} go in the dishwasher? | must I wash {P} up by hand | Does {P} survive machine washing-up?
  I hate washing up. Can the machine do {P}?
Q {P}能放洗碗机吗？ | 能放洗碗机吗 | {P}只能手洗吗？ | 懒得刷碗，{P}可以丢洗碗机洗吗？
= micro k near:dish,oven
n Microwave safe | Microwave | Suitable for microwave
N 微波炉适用 | 可否微波 | 微波加热
v yes | no | yes, without lid | not suitable
V 是 | 否 | 可以（去盖） | 不适用
q Can I heat food in the microwave with {P}? | is {P} OK in a microwave oven | May I put {P} in the microwave?
  Will {P} spark in the microwave?
Q {P}能进微波炉吗？ | 可以用微波炉热{P}吗？ | 放微波炉里会炸吗？ | {P}微波加热行不行？
= induction k near:dish,coating
n Induction | Hob types | Suitable hobs
N 适用炉灶 | 电磁炉适用 | 灶具类型
v {all hobs incl. induction/gas and ceramic, no induction/gas only/induction and ceramic}
V {明火、电磁炉通用/仅限明火/不可用于电磁炉/燃气灶、电陶炉}
q Does {P} work on induction? | Which cookers can I use {P} on? | can {P} go on my gas stove
  Is the base of {P} magnetic for my hob?
Q {P}电磁炉能用吗？ | {P}能用在什么灶上？ | 家里是燃气灶，能用{P}吗？ | 明火可以烧{P}吗？
= coating k near:material,dish x:material
n Coating | Non-stick coating | Surface
N 涂层 | 内壁涂层 | 表面处理
v {ceramic/PTFE, PFOA-free/enamel/uncoated/granite look non-stick}
V {陶瓷涂层/特氟龙/珐琅/无涂层/麦饭石不粘}
q Will eggs stick to {P}? | Is there Teflon on {P}? | what is {P} lined with | Which layer is inside {P}?
Q {P}粘不粘锅？ | {P}有特氟龙吗？ | 内层涂的是什么？ | {P}有没有涂层？
= cloth c near:colour,wash
n Material | Fabric | Outer material
N 面料 | 材质成分 | 面料成分
v {100 % cotton/merino wool/80 % polyester, 20 % elastane/nylon ripstop/full-grain leather/recycled polyester}
V {纯棉/美利奴羊毛/80%聚酯纤维、20%氨纶/尼龙/头层牛皮/再生涤纶}
q What is {P} made of? | Is {P} real wool or synthetic? | what stuff is {P} sewn from
  My skin is sensitive. Which fibres are in {P}? | Does {P} contain plastic fibres?
Q {P}是什么料子？ | {P}是纯棉的吗？ | 皮肤敏感，{P}什么成分？ | {P}含化纤吗？ | {P}穿着是什么布的？
= cert * near:origin,warranty
n Certifications | Certificates | Test marks
N 认证 | 产品认证 | 质量认证
v {CE, RoHS/TÜV GS/UL listed/CE, UKCA/FSC/OEKO-TEX Standard 100/EN 71}
V {3C认证/CE、RoHS/食品级检测/FDA/ISO 9001/GB 4706}
q Has {P} been tested by anybody? | Which seals of approval does {P} carry? | what marks are on {P}
  Is {P} officially approved? | Customs wants paperwork - what approvals does {P} hold?
Q {P}有什么认证？ | {P}过3C了吗？ | 有没有权威检测？ | {P}通过哪些质检？ | 海关要证明，{P}有啥资质？
= size c near:fit,colour
n Size | Sizes available | Clothing size
N 尺码 | 可选尺码 | 码数
v {S/M/L/XL/XXL} | {36/38/40/42/44} (EU) | S to {XL/XXL/3XL}
V {S/M/L/XL/XXL}码 | {36/38/40/42}码 | S到{XL/2XL/3XL}
q I'm 1.80 m, will {P} fit me? Which sizes are there? | Do you have {P} in large? | which sizes can I get for {P}
  Is {P} sold in M?
Q {P}有我的码吗？ | {P}有大码吗？ | 身高一米八穿得上{P}吗，有哪些码？ | {P}都有什么号？
= wash c near:material,wproof
n Care instructions | Washing | Care
N 洗涤方式 | 洗涤说明 | 护理
v {machine wash 30 °C/machine wash 40 °C/hand wash only/dry clean only}
  {do not tumble dry, wash at 30 °C/wipe with damp cloth}
V {30℃机洗/40℃机洗/仅限手洗/只可干洗} | {不可烘干，30度水洗/湿布擦拭}
q How do I get {P} clean? | Can I throw {P} in the washing machine? | at how many degrees may {P} be washed
  Does {P} need dry cleaning?
Q {P}怎么洗？ | {P}能丢洗衣机吗？ | {P}多少度水洗？ | 要送干洗店吗？
= fit c near:size,material
n Fit | Cut
N 版型 | 款型
v {slim fit/regular fit/loose fit/relaxed cut}
V {修身/宽松/直筒/常规版}
q Does {P} sit tight? | How does {P} fall on the body? | is {P} baggy
Q {P}紧不紧身？ | {P}穿着是宽松还是修身？ | 上身效果宽还是窄？
= assembly f near:contents,warranty
n Assembly | Assembly required | Mounting
N 安装方式 | 是否需要组装 | 组装
v {self-assembly, about 30 min/delivered assembled/tools included/professional fitting required}
V {需自行组装，约30分钟/整装发货/免安装/需专业人员安装}
q Do I have to put {P} together myself? | Is {P} ready to use out of the box, or do I have to build it?
  does {P} need building | I have two left hands. Must {P} be assembled?
Q {P}要自己装吗？ | {P}收到直接能用还是得组装？ | 手残党能搞定吗，{P}需要拼装吗？ | {P}要找师傅来安装吗？
= frame f near:material,load x:material
n Frame | Frame material | Legs
N 框架 | 框架材质 | 支架
v {powder-coated steel/beech wood/aluminium tube/chromed metal}
V {碳钢/榉木/铝管/电镀金属}
q What are the legs or frame of {P} made from? | Is the framework of {P} metal or wood?
  what carries {P}, steel or timber
Q {P}的架子是什么做的？ | {P}腿是铁的还是木头的？ | 骨架用的啥？
= lumen l near:power,colourtemp
n Luminous flux | Brightness | Light output
N 光通量 | 亮度 | 流明
v {250-4000:50} lm
V {250-4000:50}流明 | {250-4000:50}lm
q How bright is {P}? | How many lumens does {P} give? | is {P} bright enough for a workshop
  How much light does {P} throw?
Q {P}有多亮？ | {P}多少流明？ | 够不够亮，照车间行吗？ | {P}光强不强？
= colourtemp l near:lumen,colour
n Colour temperature | Light colour
N 色温 | 光色
v {2700/3000/4000/6500} K | 3000-{5000/6000/6500} K
V {2700/3000/4000/6500}K | 3000-{5000/6500}K
q Is the light of {P} warm or cold? | How many kelvin has {P}? | what white does {P} shine in
Q {P}是暖光还是冷光？ | {P}多少K？ | 光偏黄还是偏白？
= accuracy l near:temp,resolution
n Accuracy | Measuring accuracy | Tolerance
N 精度 | 测量精度 | 误差
v ±{0.1-2.0} % | ±{1-9} mm | ±{0.1-0.9} °C
V ±{0.1-2.0}% | ±{1-9}毫米 | ±{0.1-0.9}℃
q How exact is {P}? | By how much may {P} be off? | how precisely does {P} measure
  Can I trust the readings of {P}, what is the deviation?
Q {P}准不准？ | {P}会差多少？ | 量出来偏差有多大？ | {P}测得精确吗？
= cutwidth g near:dimensions,speed
n Working width | Cutting width
N 工作宽度 | 割幅 | 切割宽度
v {20-60} cm
V {20-60}厘米
q How wide a strip does {P} do in one pass? | What swath does {P} cover? | how broad is one track of {P}
Q {P}一趟能割多宽？ | {P}一次作业多宽？ | 走一遍有多宽？
= sku * near:ean,price
n Item number | SKU | Article no.
N 货号 | 商品编号 | 款号
v {A/B/K/R}{10000-99999} | {100-999}-{1000-9999}
V {A/B/K/R}{10000-99999} | {100000-999999}
q Under which number can I order {P}? | What's your article code for {P}?
  which number do I put on the order form for {P}
Q {P}的编号是啥？ | 下单填哪个号？ | {P}货品编码多少？
"""

RULE_TEXT = r"""
= returns near:refund,returnpost
s You may send goods back within [{14-100} days] of receipt. | Unused items can be returned for [{14-90} days].
S 商品签收后[{7-30}天]内可申请退货。 | 未使用的商品支持[{7-60}日]无理由退换。
q How long do I have to change my mind? | until when can I hand it back
  What's the deadline for bringing something back? | I don't like the jacket. How much time is left to return it?
  I bought shoes last week and they pinch. How long is the window for giving them back?
Q 不喜欢最晚几天能退？ | 多久之内可以反悔？ | 买了不合适，退货有时间限制吗？ | 过了几天就不能退了？
  上周买的鞋夹脚，退回去最长给几天？
= returnpost near:returns,fee
s Return postage is borne by [{us/the customer/the buyer, except for faulty goods}].
  For returns, [{the customer pays the shipping/we supply a free label}].
S 退货运费由[{买家/本店/卖家}]承担。 | 退货邮费方面，[{由顾客自付/我们提供免费退货单}]。
q Who pays for sending it back? | does a return cost me anything
  Do I have to pay the parcel when it goes back to you? | Will you cover the return shipment?
  Whose wallet does the return parcel come out of?
Q 退回去邮费谁出？ | 退货要自己掏运费吗？ | 寄回给你们的快递费算谁的？ | 退货包邮吗？
  不合适寄回来，邮费是我出还是你们出？
= refund near:returns,cancel
s Once we have your return, the money is back on your account in [{3-14} working days].
  Refunds are issued within [{2-10} business days].
S 收到退货后，款项将在[{3-15}个工作日]内原路退回。 | 退款会在[{24/48/72}小时]内到账。
q When do I see my money again? | how soon is the amount credited after a return
  I sent it back. How long till I'm reimbursed? | How many days does repayment take?
  You got my parcel back yesterday. When does my bank see the money?
Q 钱什么时候退给我？ | 退款多久能到账？ | 东西退了，几天能收到钱？ | 退的钱要等多久？ | 货你们都收到了，钱几号能回来？
= time near:fee,tracking
s Parcels usually arrive in [{2-9} working days]. | Standard delivery takes [{2-4} to {5-9} days].
S 一般[{2-7}天]送达。 | 普通快递需要[{2-3}至{4-7}个工作日]到货。
q When will my order get here? | how many days does shipping take | If I buy now, how long must I wait?
  How fast do you deliver? | It's rather urgent. How many days from order to doorstep?
Q 几天能到？ | 下单后要等多久收货？ | 快递慢不慢，多长时间？ | 今天买啥时候能收到？ | 有点急，从付款到送上门要几天？
= fee near:free,time x:free
s Delivery costs [{2-9}.90 EUR] per order. | We charge a flat [${4-15}] for postage.
S 每单收取运费[{5-20}元]。 | 邮费统一为[{6-25}元]。
q What do I pay for shipping? | how expensive is delivery | How much is added for postage?
  What's the charge to have it sent? | What comes on top of the goods for sending them?
Q 运费多少？ | 寄过来要收多少钱？ | 邮费怎么算？ | 快递费贵不贵？ | 除了商品的钱，寄送另收多少？
= free near:fee,time x:
s Orders over [{30-150:5} EUR] ship free of charge. | From a basket value of [${35-120:5}] we waive postage.
S 满[{49-299}元]包邮。 | 订单金额达到[{59-399}元]即免运费。
q From which amount do I not pay postage? | how much must I spend for free delivery
  What's the minimum basket to get shipping at no cost? | Where does free shipping start?
  My basket is at 28. How far until shipping is on the house?
Q 买多少免运费？ | 凑到多少钱可以包邮？ | 消费多少不用付邮费？ | 包邮门槛是多少？ | 我买得不多，满多少才不收运费？
= abroad near:fee,time
s We ship to [{all EU countries/Switzerland and Norway/the UK and Ireland}].
  Outside the country we deliver only to [{Austria/France and Belgium/Canada}].
S 海外订单可发往[{港澳台/日本和韩国/东南亚各国}]。 | 境外仅配送[{新加坡/香港/欧盟国家}]。
q Which foreign countries do you send parcels to? | do you deliver abroad, and where
  I live in another country. Where can you ship? | To what destinations overseas can I order?
  My brother lives overseas. Which countries could his present go to?
Q 国外能寄到哪里？ | 境外哪些地方能收货？ | 我不在国内，你们发哪些国家或地区？ | 海外都送哪儿？
  我弟在海外，礼物能寄到哪些地方？
= pickup near:address,hours
s Click & collect orders are ready in [{2-4} hours]. | You can collect reserved goods after [{2-24} hours].
S 门店自提订单[{1-4}小时]后可取。 | 选择自提的，[{2-24}小时]内备好货。
q How soon can I fetch my order myself? | when is it ready if I collect it in store
  I'd rather come by and take it with me. How long till it's prepared? | How long before I can pick it up?
  I pass your store every day. How soon can my order lie ready there?
Q 自己上门拿要等多久？ | 下单后多久能去店里取？ | 想自己来拿，什么时候备好？ | 到店取货最快几个小时？
  我顺路去店里取，几小时后能拿？
= tracking near:time,contact
s The tracking number is sent [{by e-mail/by text message/in your customer account}].
  You will find the shipment code [{under "My orders"/in the dispatch e-mail}].
S 物流单号会通过[{短信/邮件/微信公众号}]发送。 | 快递单号可在[{“我的订单”/会员中心}]查看。
q How do I find out where my parcel is? | where do I get the number to follow the shipment
  I want to see how far my package has come. Where do I look? | How will I receive the tracking code?
  Three days and no news. How can I see my shipment's progress?
Q 怎么知道包裹到哪了？ | 在哪查物流？ | 想看快递走到哪儿了，单号去哪找？ | 单号怎么给我？
  三天没动静，怎么看我的货到哪一站？
= warranty near:void,repair
s All devices carry a guarantee of [{2-5} years]. | We give [{12/24/36/60} months] of warranty on everything we sell.
S 所有电器保修[{1/2/3}年]。 | 本店商品质保期为[{6/12/18/24}个月]。
q How long am I covered if it breaks? | for how many years do you guarantee the goods
  What period of cover do I get against defects? | Is there a guarantee, and for how long?
  What happens two years on if it fails - how long do you stand by it?
Q 保多久？ | 坏了几年内免费修？ | 质保期多长？ | 你们家东西管几年？ | 用久了出毛病，你们负责到多少年？
= void near:warranty,repair
s The guarantee lapses [{if the seal is broken/if third parties open the housing/in case of commercial use}].
  Cover does not apply to [{water damage/normal wear and tear/drops and cracks}].
S [{私自拆机/人为损坏/商用}]不在保修范围内。 | [{进水/撕毁封条/使用非原装配件}]将导致保修失效。
q What makes me lose my guarantee? | in which cases don't you pay for defects | When is the warranty no longer valid?
  What's excluded from the cover? | I unscrewed something. What would cost me my claim?
Q 什么情况不给保？ | 怎么会失去保修资格？ | 哪些情形不算质保？ | 啥情况你们就不管了？
  我动过机器，哪些行为就不给免费修了？
= repair near:warranty,parts
s A repair takes [{5-20} working days]. | Our workshop needs [{1-2} to {3-5} weeks] to mend a device.
S 维修周期为[{5-20}个工作日]。 | 送修后约[{7-30}天]修好寄回。
q When do I get my mended machine back? | how long is it away for repair
  It's broken. How long will you need to fix it? | What time should I plan for servicing?
  I need it every day. How long will I be without it while you mend it?
Q 修好要多久？ | 寄去修几天能拿回来？ | 坏了送修得等多长时间？ | 维修慢不慢，要几天？ | 天天要用，修的话得离手多久？
= parts near:repair,warranty
s Spare parts are kept for [{5-15} years]. | We stock replacement components for [{7-12} years] after a model ends.
S 停产后备件供应[{3-10}年]。 | 零配件保留供货[{5-10}年]。
q For how long can I still get replacement components? | how many years do you keep spares
  If a hinge fails later, until when could I buy a new one? | How long will spares be around?
  I want to keep it for ages. Until when are components around?
Q 配件能买到什么时候？ | 以后坏了零件还供应几年？ | 停产了多久还有备件？ | 零件备货多少年？
  想长期用，零部件能保证多少年？
= invoice near:vat,payment
s The invoice is [{attached to the dispatch e-mail as PDF/enclosed in the parcel/available in your account}].
  We send the bill [{by e-mail after dispatch/by post within a week}].
S 发票[{随货寄出/以电子形式发到邮箱/在订单页面下载}]。 | 电子发票[{确认收货后自动开具/发货后三天内开具}]。
q Where do I get a bill? | how will I receive the invoice | My accountant needs a receipt, where is it?
  How do you provide the invoice? | I need proof of purchase for the tax office. In what form do I get it?
Q 票怎么拿？ | 发票怎么给我？ | 公司要报销，开票怎么弄？ | 发票在哪儿能拿到？ | 要凭据做账，你们怎么开给我？
= vat near:invoice,fee
s All prices include [{19/20/21/7} % VAT]. | Value added tax of [{19/20/22/25} %] is contained in the price.
S 价格已含[{3/6/9/13}%增值税]。 | 可开增值税专用发票，税率[{3/6/13}%]。
q What tax rate applies? | how much of the price is tax | What percentage goes to the taxman?
  Which VAT rate do you use? | At which rate is turnover tax charged?
Q 税点多少？ | 增值税率是几个点？ | 税率多少？ | 里面含多少税？ | 开专票是几个点的？
= payment near:invoice,vat x:cod,instalment,giftcard
s We accept [{PayPal and credit card/Visa, Mastercard and Apple Pay/bank transfer and PayPal}].
  You can settle your order by [{direct debit or card/Klarna or transfer}].
S 支持[{支付宝和微信/微信、银联卡/信用卡和支付宝}]付款。 | 付款可使用[{微信支付/支付宝、云闪付/银行转账}]。
q How can I pay? | which cards or wallets do you take | What are my options at checkout for money?
  By what means can I settle the bill? | I have no idea what your checkout takes. What money do you accept?
Q 怎么付钱？ | 可以刷什么卡或用什么支付？ | 结账支持哪些方式？ | 都能用什么付款？ | 结算页能选哪些付款渠道？
= instalment near:payment,giftcard
s You can spread the cost over [{3/6/12/24} months]. | Purchases above 200 may be paid in [{3/6/10/12} instalments].
S 支持分[{3/6/12/24}期]付款。 | 大额订单可分[{6/12}个月]还清。
q Can I pay bit by bit? Over how long? | how many monthly rates can I choose
  I can't pay it all at once. Into how many parts can it be split? | Over what time may I pay it off?
  Money is tight. Over how many months could I stretch it?
Q 能分几期？ | 一次付不起，可以分多少次？ | 可以按月还吗，最长多久？ | 分期能分多少？ | 手头紧，最多能拆成几个月付？
= cod near:payment,fee
s Cash on delivery costs [{3-9}.50 EUR] extra. | If you pay the courier at the door, we add [${3-12}].
S 货到付款加收[{3-15}元]手续费。 | 选择货到付款需另付[{5-20}元]。
q What's the surcharge for paying at the door? | how much more is it if I give the money to the postman
  I'd rather pay when it arrives. What does that cost on top? | How expensive is COD?
  What is the extra fee if I only pay once I have the parcel in hand?
Q 收货时再付钱要加多少？ | 货到付款手续费多少？ | 到了再给钱另收费吗，多少？ | 给快递员现金要多付几块？
  验货后再付款，额外收多少？
= giftcard near:points,payment
s Gift cards are valid for [{2-5} years]. | A voucher can be redeemed for [{12/24/36} months].
S 礼品卡有效期[{1/2/3/5}年]。 | 购物卡自购买起[{6/12/24/36}个月]内可用。
q When does a voucher run out? | how long can I use a gift card
  I got a card for Christmas. Until when must I spend it? | Do gift vouchers expire, and after what time?
  I found an old voucher in a drawer. How long do those stay good?
Q 礼品卡什么时候过期？ | 卡能用多久？ | 朋友送的购物卡多久内要花掉？ | 礼品卡会失效吗，期限多长？
  抽屉里翻出一张卡，能用多少年？
= match near:bulk,student
s If it is cheaper elsewhere, [{we refund the difference/we match the price within 14 days/we beat it by 5 %}].
  Should you find a lower price, [{we pay you the difference/we adjust ours}].
S 若他处更便宜，[{我们退还差价/双倍补差/可申请价保}]。 | 七天内降价，[{自动退差价/可联系客服补差}]。
q What if I find the same thing for less somewhere else? | do you match competitors
  It dropped in price after I bought it. What then? | Another shop undercuts you - what will you do?
  I saw it for ten less in town. Can you do anything about that?
Q 别家更便宜怎么办？ | 买完就降价了怎么处理？ | 贵了给补吗？ | 有没有保价？ | 隔壁店便宜十块，你们怎么说？
= bulk near:student,match
s From {5-50} pieces on you get [{5-25} % off]. | Large orders of {20-100} units earn [a {5-20} % rebate].
S 一次购买{10-50}件以上，享[{7/8/9}折]。 | 批量采购满{20-100}件优惠[{5-20}%]。
q How much cheaper is it if I take a lot? | what do companies save on big quantities
  We need a hundred. What reduction do we get? | Is there a quantity discount, how much?
  We're a school and order by the dozen. What's in it for us?
Q 多买便宜多少？ | 公司大量采购有什么优惠？ | 团购打几折？ | 一次拿一百件能让多少？ | 学校要一大批，量大能优惠多少？
= student near:bulk,points
s Students receive [{5-20} %] off with a valid ID. | With a university card you save [{5-15} %].
S 学生凭证件享[{8/8.5/9/9.5}折]。 | 在校生认证后可减[{5-50}元]。
q What do you knock off for people at university? | is there a discount for students, how big
  I'm still studying. How much do I save? | How much less do students pay?
  I'm at college and broke. Any reduction, and how large?
Q 学生有优惠吗，多少？ | 我还在上学，能便宜多少？ | 学生证打几折？ | 大学生买能减多少？ | 大学生没钱，有什么折扣力度？
= points near:giftcard,student
s You collect [{1-5} points] for each euro. | Every dollar spent earns [{2-10} points].
S 每消费1元积[{1-5}分]。 | 会员每花十元可得[{1-20}积分]。
q How many bonus points do I earn? | what does my loyalty card bring per unit of money
  How does the reward scheme credit purchases? | How many points will I get for my money?
  What do I get on my bonus account per purchase?
Q 积分怎么算？ | 花钱能攒多少分？ | 消费给多少积分？ | 会员买东西有多少分返？ | 买东西给会员账户加多少分？
= hours near:holiday,contact
s The shop is open from [{8-10} am to {5-9} pm]. | On weekdays you will find us here from [{7-10}:30 to {17-20}:00].
S 营业时间为[{8-10}:00至{17-22}:00]。 | 门店每天[{8-10}点到{18-22}点]开门。
q When can I drop by? | what time do you close | From when to when are your doors unlocked?
  How late can I come into the store? | I get off work late. Is there still somebody at the store, until when?
Q 几点关门？ | 什么时候可以去店里？ | 最晚几点能过去？ | 早上几点开始营业？ | 下班晚，店里开到几点？
= holiday near:hours,time
s We are closed [{from 24 December to 2 January/over Easter/on 1 May/on all public holidays}].
  No parcels leave the warehouse [{between Christmas and New Year/at Whitsun}].
S [{春节期间/国庆前三天/除夕至初六}]暂停发货。 | 本店[{春节初一至初七/元旦当天/端午节}]放假。
q When are you on holiday? | on which festive days is nobody there | Is there a time of year when you don't work?
  During which days off do you not operate? | Around the feast days, when is nobody working?
Q 什么时候放假？ | 过节哪几天不上班？ | 有哪些日子不营业？ | 哪段时间休息不发货？ | 逢年过节你们哪些天休息？
= address near:hours,contact
s Our showroom is at [{3-180} {Mill Lane/Harbour Street/Station Road/Linden Avenue}].
  Visit us at [{3-99} {Market Square/King Street/Rose Hill}].
S 门店地址：[{新华路/人民街/长江大道/桂花巷}{3-280}号]。 | 实体店位于[{解放路/中山北路/学院街}{8-199}号]。
q Where are you? | how do I find your store | What street is the shop in?
  I'd like to look at it in person. Where should I go? | My satnav needs to know: where is the shop?
Q 店在哪儿？ | 实体店怎么找？ | 想去现场看看，在什么地方？ | 你们在哪条路？ | 导航要填哪里才能到店？
= contact near:hours,address
s Call us on [0{20-89} {100-999} {1000-9999}]. | Our help desk answers at [+4{1-9} {100-999} {10000-99999}].
S 客服热线：[400-{100-999}-{1000-9999}]。 | 有问题请拨打[0{10-99}-{10000000-89999999}]。
q What number do I ring? | how do I get someone on the phone | I'd like to talk to a person. Which number?
  What is your phone number? | E-mail is too slow. Under which number do I reach somebody?
Q 电话多少？ | 怎么打给你们？ | 想找真人客服，打哪个号？ | 热线号码是什么？ | 打字太慢，有号码能打吗？
= recycle near:installation,fee
s Old appliances are taken back [{free of charge/for 15 EUR each/when we deliver the new one}].
  Used batteries and devices can be [{dropped in the box at the entrance/handed to the driver}].
S 旧机[{免费上门回收/每台收取30元处理费/送货时一并拉走}]。 | 废旧电池可[{投入门口回收箱/交给配送员}]。
q What happens to my old machine? | do you take away used stuff, on what terms | How do I get rid of the previous one?
  I still have a dead one at home. Do you accept it? | The new one is coming, what about disposing of the old one?
Q 旧的怎么处理？ | 家里老机器你们收吗？ | 以前那台能帮忙拉走吗？ | 报废的东西交给谁？ | 新的来了，旧的能怎么处置？
= wrap near:giftcard,fee
s Gift wrapping costs [{2-8}.50 EUR]. | We pack presents nicely for [${2-9}].
S 礼品包装[{5-30}元]一份。 | 精美礼盒包装另收[{8-39}元]。
q What do you charge to wrap it as a present? | how much for pretty paper and a ribbon
  It's for my sister's birthday. How much is festive packing? | What does the wrapping service cost?
  Could you make it look festive, and for how much?
Q 包成礼物要多少钱？ | 送人的，包装一下收几块？ | 礼盒多少钱？ | 帮忙包漂亮点加多少钱？ | 想弄个礼品包装，加多少钱？
= cancel near:refund,change
s An order can be cancelled [{until it is dispatched/within 2 hours/within 24 hours}].
  Cancellation is possible [{before packing begins/up to 12 hours after ordering}].
S [{发货前/付款后2小时内/24小时内}]可取消订单。 | 订单[{出库前/打包之前}]均可撤销。
q Until when can I call off my purchase? | I ordered by mistake, how long can I stop it | Is it too late to cancel?
  By which point do I have to withdraw the order?
  I changed my mind an hour ago. Up to when can the purchase be undone?
Q 拍错了什么时候能取消？ | 最晚啥时候能撤单？ | 不想要了，还没发货能取消吗？ | 取消订单有时限吗？
  刚下单就后悔了，到什么时候还能撤？
= change near:cancel,tracking
s The delivery address can be altered [{in your account before dispatch/by phone only/until 6 pm on the same day}].
  To have it sent elsewhere, [{write to support at once/edit the order online}].
S 收货地址[{发货前可在订单页修改/只能联系客服修改/当天18点前可改}]。
  如需改地址，[{请立即联系在线客服/可自行在订单里更改}]。
q I've moved. How do I have the parcel sent to my new flat? | wrong street on my order, what do I do
  Can it still go to a different place? | How do I correct where it's sent?
  I typed the wrong house number. How can it be put right?
Q 地址填错了怎么办？ | 搬家了，能寄到新地方吗？ | 怎么改收货地？ | 想换个地方收，咋弄？ | 门牌号写错了，怎么更正？
= preorder near:stock,time
s Pre-ordered goods ship [{on the release date/in the first week of March/about 30 days after ordering}].
  Advance orders leave us [{two days before release/in mid-October}].
S 预售商品[{付尾款后7天内/3月初/定金支付30天后}]发货。 | 预订款将于[{10月中旬/上市当日}]寄出。
q I reserved a product that isn't out yet. When is it sent? | when do pre-orders go out
  At what time are advance purchases dispatched? | When do you ship things bought before release?
  I put my name down for the new model early. When do you post it?
Q 预售的什么时候发？ | 提前订的哪天寄？ | 付了定金啥时候发货？ | 预定的东西何时发出？ | 新款我早早订了，哪天寄出？
= stock near:preorder,time
s Sold-out articles are back [{within 2 weeks/every Friday/in about a month}].
  When something is unavailable, new supplies come in [{after 10-14 days/at the start of each month}].
S 缺货商品一般[{两周内/每周五/一个月左右}]补货。 | 售罄的款式[{月初/10天左右}]会再上架。
q It's sold out. When do you get more? | when is restocking | How long till unavailable things return?
  The one I want is gone, when will there be new ones? | Nothing left in my colour. How soon do fresh supplies come?
Q 没货了什么时候补？ | 断货的啥时候再有？ | 卖完了还会来货吗，多久？ | 想要的没了，几时上新货？
  我要的颜色没有了，等多久有新的？
= damage near:missing,returns
s Transport damage must be reported [{within 48 hours/within 3 days/to the driver at once}].
  If the goods come broken, [{send us a photo within 24 hours/refuse the parcel}].
S 收货破损请[{在48小时内反馈/当场拒收/24小时内拍照联系客服}]。 | 运输损坏须[{签收当天/三天内}]提出。
q The glass arrived in pieces. What do I do, and how fast?
  it was smashed when I opened the box, by when must I tell you | How should I act if the courier broke it?
  My delivery was dented, what now? | I opened it and it was cracked. What are my next steps?
Q 收到是碎的怎么办？ | 路上摔坏了要多久内说？ | 打开就是坏的，怎么处理？ | 快递弄坏了找谁，啥时候？
  拆开裂了，接下来该怎么做？
= missing near:damage,parts
s If screws or accessories are absent, we post them [{free within 3 days/the next working day}].
  Incomplete sets are [{completed at no charge/replaced in full}].
S 少件漏发，[{三天内免费补寄/核实后次日补发}]。 | 如缺少配件，[{我们免费补发/整套更换}]。
q A screw wasn't in the bag. What do you do? | part of my order isn't there, how is that sorted out
  The set lacks a piece. How will you help? | Something was left out of the box, what now?
  I counted twice, one accessory is lacking. What will you do about it?
Q 少了个零件怎么办？ | 东西没发全怎么处理？ | 盒子里缺东西，给补吗？ | 漏发了咋办？
  数了两遍还是缺配件，你们怎么解决？
= installation near:recycle,fee
s Our fitters connect the machine for [{29-120} EUR]. | Having it set up by a technician costs [${30-150:5}].
S 上门安装收费[{50-300:10}元]。 | 师傅安装每台[{60-260:20}元]。
q What does it cost to have someone put it in? | how much do your technicians charge for fitting
  I can't install it myself. What's the price for doing it? | How much is the set-up service?
  What's the bill if your people hook it up?
Q 找你们装要多少钱？ | 安装费多少？ | 师傅上门收多少？ | 自己不会装，叫人弄多少钱？ | 请你们的人上门弄好，收多少？
= privacy near:contact,invoice
s Customer data are deleted [{after 2 years/on request/after 6 months without activity}].
  We keep personal details [{for 10 years as required by law/only until the order is complete}].
S 客户资料[{两年后/应要求/半年未使用后}]删除。 | 个人信息仅保存[{至订单完成/12个月/三年}]。
q What happens with my personal details, when are they erased? | how long do you store data about me
  For what time is my information kept? | When do you delete my data?
  I don't want to be stored forever. When do you forget me?
Q 我的信息留多久？ | 个人资料啥时候删？ | 你们会保存我的数据多长时间？ | 隐私数据何时清除？
  我不想一直留记录，资料存到啥时候？
"""

CARE_TEXT = r"""
= descale k near:clean,waterfilter
s Remove limescale every [{2-6} months]. | After about [{50-300:10} cups] the unit has to be descaled.
S 每[{1-6}个月]除垢一次。 | 使用约[{50-300:10}杯]后需要清除水垢。
q How often must the chalk come out? | when is it time to get rid of the lime
  Our water is hard. At what interval should I decalcify it? | How regularly does it want descaling?
  White crust is building up inside. How frequently should I remove it?
Q 水垢多久清一回？ | 什么时候该除垢了？ | 我们这水质硬，隔多长时间去一次垢？ | 多久要去碱？
  里面结了白白一层，多久处理一次？
= descaler k near:descale,clean
s For descaling use [{citric acid only/one sachet of powder in 500 ml of water/vinegar diluted 1:3}].
  Lime is dissolved with [{a liquid descaler/two tablets per tank}].
S 除垢时请使用[{柠檬酸/专用除垢剂一包/稀释三倍的白醋}]。 | 清除水垢可用[{食用醋兑水/两片除垢片}]。
q What do I take against limescale? | which agent dissolves the chalk | Can I use vinegar to decalcify it?
  What should I pour in to get the lime out? | There's white crust inside. What gets rid of it?
Q 拿什么去水垢？ | 白醋可以除垢吗？ | 除垢要放什么东西？ | 用啥能把水碱弄掉？ | 里面结白垢了，用什么东西去掉？
= waterfilter k near:descale,maintain
s Replace the water filter after [{2-6} months] or {30-90} litres. | A fresh cartridge is due every [{4-12} weeks].
S 滤芯每[{2-8}个月]更换一次。 | 滤芯使用[{4-12}周]后须换新。
q When do I need a new cartridge? | how long does one water filter last | How often is the filter swapped?
  After what time should I put in another filter? | I put in a filter today. When is the next one due?
Q 滤芯多久换？ | 一个滤芯能用多长时间？ | 什么时候要买新滤芯？ | 芯子要不要换，隔多久？
  今天刚装了滤芯，下次换是多久后？
= firstuse ko near:clean,heatup
s Before first use, [{rinse all parts with warm water/run two cycles with clear water/heat it empty for 30 minutes}].
  When new, [{boil water twice and pour it away/wash the removable parts}].
S 首次使用前，请[{用温水冲洗各部件/空烧30分钟/煮两次清水后倒掉}]。 | 新机启用前须[{取下保护膜并擦净/用清水运行一遍}]。
q I've just unpacked it. What comes first? | what must I do before I use it the first time
  It's brand new, how do I prepare it? | Do I need to do anything before it goes into service?
  It smells new. What should be done before the first real use?
Q 刚买回来第一次怎么弄？ | 新的要先做什么？ | 刚拆箱，能直接用吗，还要处理什么？ | 启用之前要干嘛？
  新机有味道，正式用之前要怎么处理？
= clean * near:storage,agents
s To clean the housing, [{wipe it with a damp cloth/use a soft dry cloth/use a mild soap solution}].
  The outside is cleaned [{with a moist sponge/with lukewarm water and a cloth}].
S 清洁外壳时，[{用湿布擦拭/用柔软干布擦/用中性清洁液擦洗}]。 | 机身表面请[{用微湿的海绵/用温水和软布}]清洁。
q How do I get the casing clean? | it's got fingerprints all over, what do I wipe it with
  The body is dirty. How should I treat it? | What do I use to clean the outside?
  There's grease on the outside. What's the right way to wipe it off?
Q 外面脏了怎么擦？ | 壳子用什么清洗？ | 机身全是指纹，怎么弄干净？ | 表面要怎么清理？ | 外壳沾了油，正确的擦法是什么？
= agents * near:clean,storage
s Never use [{scouring powder/alcohol or petrol/steel wool/bleach}].
  Do not treat surfaces with [{solvents/abrasive sponges}].
S 严禁使用[{去污粉/酒精或汽油/钢丝球/漂白剂}]。 | 不得用[{有机溶剂/研磨海绵}]擦拭表面。
q What cleaners are forbidden? | which stuff would ruin the surface | What must I not scrub it with?
  Which agents should I stay away from? | I don't want to scratch it. What should never touch the surface?
Q 哪些清洁剂不能用？ | 不能拿什么擦？ | 用什么会伤表面？ | 清理时忌用什么？ | 怕刮花，哪些东西不能碰表面？
= e1 kowv near:e2,reset
s Error {E1/F01/Er1} means that [{the water tank is empty/the sensor is dirty/the lid is open}].
  If {E1/F01/Er1} lights up, [{the door is not closed properly/the filter is blocked}].
S {E1/F01/Er1}表示[{水箱缺水/传感器脏污/盖子未盖好}]。 | 显示{E1/F01/Er1}时，说明[{门未关严/滤网堵塞}]。
q What's wrong when the first fault code comes up? | the display shows error one, meaning?
  It flashes code number 1. Why? | What does the error with number one stand for?
  It beeps and shows the number one fault. What's the matter?
Q 跳出一号故障码是怎么回事？ | 屏幕显示错误1啥意思？ | 报错代码1，哪里有问题？ | 一号错误码代表什么？
  滴滴响，报一号故障，哪里不对？
= e2 kowv near:e1,reset
s Error {E2/F02/Er2} means that [{the motor is overheated/the heating element is defective/the drain is clogged}].
  With {E2/F02/Er2}, [{let it cool down for 30 minutes/call the service centre}].
S {E2/F02/Er2}表示[{电机过热/加热管故障/排水不畅}]。 | 出现{E2/F02/Er2}时，[{冷却30分钟/请联系售后}]。
q The second fault code appears, what is it or what do I do? | display says error two
  It stopped with code number 2. What now? | What about the error with number two?
  It beeps and shows the number two fault. What's up or what should I do?
Q 二号故障码怎么回事？ | 显示错误2怎么办？ | 报错代码2，怎么处理？ | 机器停了，二号错误是啥？
  滴滴响，报二号故障，咋回事？
= reset bvo near:pair,e1
s To restore factory settings, [hold the {power button/reset pin/two outer keys} for {3-15} seconds].
  A reset is done by [pressing {Mode/Start/Menu} {3-7} times].
S 恢复出厂设置：[长按{电源键/复位孔/两侧按键}{3-15}秒]。 | 如需复位，请[连按{模式键/启动键/菜单键}{3-7}次]。
q It hangs. How do I put everything back to how it was? | how to wipe all settings
  I bought it used and want to start from scratch. What do I press? | How is it reset?
  Nothing reacts any more. Which keys bring it back to new?
Q 死机了怎么重置？ | 怎么恢复到刚买来的样子？ | 买的二手，想清空设置，按哪里？ | 咋初始化？
  没反应了，按什么能恢复原始状态？
= pair b near:reset,led
s To pair, [hold the {Bluetooth/multifunction/volume} key for {2-8} seconds].
  Connect it to your phone by [opening {the case/the app} and tapping {Connect/Add device}].
S 配对时，[长按{蓝牙键/多功能键/音量键}{2-8}秒]。 | 连接手机：[打开{充电盒/应用}并点击{连接/添加设备}]。
q How do I hook it up to my phone? | my mobile doesn't see it, what do I press to link them
  What are the steps to connect? | How is it coupled with a smartphone?
  I got a new phone. How do they find each other?
Q 怎么连手机？ | 手机搜不到，要按哪个键？ | 如何跟手机配上？ | 蓝牙咋连？ | 换新手机了，怎么让它们连上？
= firstcharge b near:chargetemp,storecharge
s Before using it for the first time, charge it for [{2-12} hours]. | The initial charge lasts [{3-10} hours].
S 首次使用前请充电[{2-12}小时]。 | 第一次充电需要[{3-10}个小时]。
q How long is it on the charger the very first time? | it's new, how many hours at the socket before I start
  What about the initial charge, how long? | How much time does the first fill of the battery need?
  It came out of the box today. How many hours should it stay plugged in at first?
Q 新的第一次要充多久？ | 头一回充电几个小时？ | 刚到手先插多长时间的电？ | 初次充电时间多长？
  今天刚开箱，头次要插几个钟头？
= chargetemp bg near:firstcharge,storetemp
s Charge only between [{0/5/10} and {35/40/45} °C]. | The battery may be charged at [{5-10} to {35-45} °C] only.
S 请在[{0/5/10}至{35/40/45}℃]之间充电。 | 充电环境温度应为[{5-10}～{35-45}℃]。
q At what temperatures can I recharge it? | is the freezing garage OK for charging
  How warm or cold may it be when the battery is on charge? | Is it alright to charge it in frost?
  It's boiling in my van. Within which degrees is charging fine?
Q 多少度可以充电？ | 冬天车库里能充吗？ | 充电时温度有啥要求？ | 大冷天充电行吗？ | 车里很热，几度范围内充电没问题？
= storecharge bg near:chargetemp,storage
s For long breaks, leave the battery at [{40-70:5} %]. | Recharge the unused battery every [{2-6} months].
S 长期不用时，电量保持在[{40-70:5}%]。 | 闲置时每[{2-6}个月]补充一次电。
q I won't use it over the winter. What about the battery? | how do I look after the accumulator if it lies around
  How should the battery be kept charged when idle?
  It will be in a drawer for long, how much or how often do I charge it?
  I'm off for half a year. How do I keep the battery healthy meanwhile?
Q 好久不用电池怎么办？ | 放着不用电量怎么处理？ | 冬天闲置，电池怎么保养？ | 长时间搁着，充多少电或多久充一次？
  要出门半年，电池该怎么处理才不坏？
= led b near:pair,firstcharge
s A {red/blue/orange} flashing light means [{low battery/a fault/that it is searching for a connection}].
  When the lamp blinks, [{the battery is almost flat/an update is running}].
S {红/蓝/橙}灯闪烁表示[{电量不足/故障/正在搜索连接}]。 | 指示灯闪烁时，[{电池快没电了/正在升级}]。
q The lamp keeps blinking, why? | what does the flashing mean | It flickers at me. What does it want to say?
  What does the indicator tell me when it goes on and off?
  There's a light going on and off all night. What's the reason?
Q 灯一直闪是什么意思？ | 指示灯一闪一闪怎么回事？ | 灯老闪，哪里有问题？ | 闪灯代表啥？ | 晚上灯一亮一灭的，什么原因？
= storage * near:clean,agents x:storetemp
s Store it [{in a dry, dark place/out of reach of children/upright in its original box}].
  When not in use, keep it [{indoors and dry/covered and free of dust}].
S 请存放于[{干燥避光处/儿童接触不到的地方/原包装盒内}]。 | 不用时应[{置于室内干燥处/盖好防尘}]。
q Where should I keep it when I don't need it? | where to put it away | Is the cellar alright for storing it?
  How is it stowed properly? | I'm tidying up. What is the right place for it?
Q 不用的时候放哪儿？ | 怎么收纳？ | 平时搁在什么地方好？ | 收起来要注意放哪？ | 收拾屋子，它该放在什么样的地方？
= storetemp bg near:chargetemp,storage x:storage
s The storage temperature is [{-20/-10/0/5} to {40/50/60} °C]. | Keep it stored between [{0-10} and {30-50} °C].
S 存放温度为[{-20/-10/0/5}至{40/50/60}℃]。 | 储存时温度须在[{0-10}～{30-50}℃]之间。
q How cold may the place be where I keep it? | degrees for putting it away
  I want to leave it in the shed over winter. What temperatures are allowed? | How hot or cold may it get in storage?
  My attic gets very hot. What degrees are fine for leaving it there?
Q 放的地方多少度合适？ | 储藏室温度有要求吗？ | 冬天搁阳台，能承受几度？ | 保管的时候冷热范围是多少？
  阁楼夏天很热，放那里多少度以内可以？
= children * near:agents,storage
s Children under [{3/6/8/14} years] must not operate it. | Use is permitted from the age of [{8/10/14/16}] only.
S [{3/6/8/14}岁]以下儿童禁止使用。 | 仅限[{8/10/14/16}周岁]以上人员操作。
q From what age can my kids handle it? | may my son use it | How old do you have to be?
  Is it OK for a youngster to work with it? | My daughter wants to help. What's the minimum age?
Q 小孩几岁可以用？ | 我儿子能操作吗？ | 多大才能用？ | 未成年有年龄限制吗？ | 女儿想帮忙，最小几岁能碰？
= heatup o near:firstuse,maxtemp
s Preheat it for [{5-20} minutes]. | It reaches its temperature after [{4-15} minutes].
S 请预热[{5-20}分钟]。 | 约[{4-15}分钟]达到设定温度。
q How long before it's hot? | when can I put the cake in | How much time does warming up need?
  I'm in a hurry. How many minutes until it's at temperature? | I've turned it on. When is it ready for the food?
Q 多久能热？ | 开了之后几分钟能放东西？ | 升温要多长时间？ | 要提前多少分钟开？ | 已经打开了，过几分钟才够热？
= maxtemp o near:heatup,clearance
s Do not set it above [{180-280:10} °C] with baking paper. | Baking paper withstands at most [{200-250:5} °C].
S 使用烘焙纸时不要超过[{180-280:10}℃]。 | 烘焙纸最高可承受[{200-250:5}℃]。
q How hot may I go with parchment? | what's the limit if there is paper on the tray
  At what heat does baking paper become risky? | Up to how many degrees can I bake on paper?
  I don't want the paper to burn. What's the hottest I can go?
Q 垫纸最高能开多少度？ | 烤盘铺纸温度上限是多少？ | 烘焙纸多少度会有危险？ | 用油纸烤不能超过几度？
  怕纸烧着，温度最高到多少？
= clearance ow near:level,maxtemp
s Leave at least [{3-20} cm] of free space behind the appliance.
  The distance to the wall must be [{5-15} cm] or more.
S 机器背面至少留出[{3-20}厘米]空隙。 | 与墙壁距离应不少于[{5-15}厘米]。
q Can I push it right against the wall? | how much air does it need at the back
  How far from the wall should it stand? | My niche is tight. What gap must be kept?
  How many centimetres must stay empty at the rear?
Q 能贴墙放吗？ | 后面要留多少空？ | 离墙多远合适？ | 地方窄，得空出几厘米？ | 背后至少空几厘米？
= level w near:clearance,transport
s Align the machine by [{turning the front feet/screwing the four feet/placing a wedge under it}].
  It is levelled with [{the adjustable feet/a spanner at the feet}].
S 通过[{旋转前脚/调节四个底脚/垫上楔块}]调平机器。 | 请用[{可调脚/扳手转动底脚}]使其放平。
q It wobbles. What do I adjust? | how to make it stand straight | It moves about while spinning; how do I level it?
  My floor is crooked, how can I even that out? | It rocks on the tiles. How do I get it steady?
Q 放不平怎么调？ | 一转就晃，调哪里？ | 地面不平怎么弄稳？ | 怎样让机器站平？ | 放在瓷砖上晃，怎么弄平稳？
= transport w near:level,clearance
s Remove the [{2-6} transport bolts] before switching on. | Take out all [{3-5} shipping screws] at the back.
S 开机前拆下[{2-6}个运输螺栓]。 | 须取出背面的[{3-5}颗运输固定螺丝]。
q What has to be taken off before it runs, and how many? | are there bolts to unscrew after delivery
  It was just delivered. Which locks from the journey must come off? | How many fixings hold it for shipping?
  Before the first wash, what needs unscrewing at the back?
Q 送到后要拆掉什么？ | 运输时固定的东西有几个？ | 开机之前得拆哪些？ | 刚送来，有螺栓要取吗？
  第一次用之前，后面要拧下什么？
= detergent w near:drain,level
s Fill in [{20-90:5} ml] of detergent per load. | One wash needs [{2-3} capsules].
S 每次加入洗涤剂[{20-90:5}毫升]。 | 一次洗涤放[{1-3}颗洗衣凝珠]。
q How much soap goes in? | what dose of washing agent for one load | How do I dose the detergent?
  How much washing liquid should I pour? | I always get too much foam. What's the right amount of soap?
Q 洗衣液放多少？ | 一桶要倒多少洗涤剂？ | 用量是多少？ | 每次加多少洗衣的东西？ | 泡沫总太多，到底该放多少？
= drain wv near:detergent,maintain
s Empty the {lint trap/dirt container} after [{2-10} uses].
  The {fluff filter/dust box} is emptied [{after each use/once a week/when it is half full}].
S {绒毛过滤器/集尘盒}每使用[{1-10}次]后清空。 | 请[{每次用完/每周一次/半满时}]倒空{尘盒/线屑盒}。
q How often do I tip out the fluff or dust? | when should the catcher be emptied
  When must I get the dirt out of the box? | After how many times is the dirt trap full?
  How regularly do I have to get rid of what it has collected?
Q 多久倒一次灰？ | 里面的绒毛什么时候清？ | 脏东西隔多久要倒掉？ | 盒子啥时候清空？ | 收集的脏东西隔多久清？
= brush v near:drain,mop
s Cut hair off the roller [{once a week/every 2 weeks/every 10 hours of use}].
  The roller brush is replaced after [{6-18} months].
S 滚刷上的毛发[{每周/每两周/每用10小时}]清理一次。 | 滚刷每[{6-18}个月]更换。
q What about the roller, when does it need attention?
  my long hair winds round the brush, how often must something be done | At which interval do I deal with the brush?
  When is the roller due? | We have a dog. At what interval does the roller need a hand?
Q 刷子多久要弄一次？ | 滚刷缠头发，隔多久处理？ | 滚刷什么时候该管了？ | 刷头多长时间清或换？
  家里有狗，滚刷多久处理一次？
= mop v near:brush,drain
s Wash the mop pad at [{30/40/60} °C]. | Clean mop cloths [{by hand/in the washing machine without softener}].
S 拖布请用[{30/40/60}度水]清洗。 | 抹布[{手洗/可机洗但勿加柔顺剂}]。
q How do I launder the pad? | can the wiping cloth go in the wash, how | The mop smells. How should it be washed?
  In what way are the cloths cleaned? | The cloth is filthy. What's the right way of washing it?
Q 拖布怎么洗？ | 抹布能机洗吗，怎么洗？ | 拖布有味儿，怎么清洗？ | 那块布要怎样洗？ | 那块布脏死了，应该怎么洗？
= oil g near:fuel,maintain
s Change the engine oil every [{20-100:5} operating hours].
  The oil has to be renewed after [{25-80:5} hours] of running.
S 机油每[{20-100:5}小时]更换一次。 | 运行[{25-80:5}小时]后须换机油。
q How often does the lubricant have to be replaced? | when is an oil change due
  After how much running do I put in fresh oil? | At what interval do I drain the old oil?
  I mow a lot. After how many hours is new lubricant needed?
Q 多久换机油？ | 跑多少小时该换油？ | 机油隔多长时间换新的？ | 什么时候要换润滑油？ | 用得多，几个小时换一次润滑油？
= fuel g near:oil,blade
s Fill up with [{unleaded petrol, 95 octane/a 1:50 two-stroke mix/E5 petrol only}].
  The tank takes [{regular unleaded/a 1:40 mixture of oil and petrol}].
S 请加注[{95号汽油/1:50混合油/92号汽油}]。 | 燃料使用[{无铅汽油/1:40的机油汽油混合}]。
q What do I put in the tank? | which petrol does it run on | Is it mixture or plain gas?
  What kind of fuel should I buy? | I'm at the petrol station. Which one should I take?
Q 加什么油？ | 用几号汽油？ | 要不要混合油？ | 燃油买哪种？ | 我在加油站，该加哪种？
= blade g near:oil,glove
s Sharpen the blade [{once a season/every 25 hours/after each hectare}].
  A blunt blade is sharpened at an angle of [{25-45:5} degrees].
S 刀片[{每季/每25小时/每割一公顷}]打磨一次。 | 刀片变钝时以[{25-45:5}度角]磨利。
q How should the cutter be ground, or how often? | it tears the grass - what about sharpening
  What do I need to know for keeping the edge sharp? | When or how is the edge ground?
  The edge has gone dull. What do the instructions say on grinding?
Q 刀钝了怎么磨，多久磨？ | 草割不干净，磨刀有什么要求？ | 刀刃怎样保持锋利？ | 磨刀的规定是啥？
  刀口不快了，说明书对打磨怎么说？
= glove g near:children,blade
s Always wear [{gloves and goggles/ear protection and sturdy shoes/a face shield}].
  Work only with [{safety boots and ear muffs/eye protection}].
S 操作时须佩戴[{手套和护目镜/耳罩和防滑鞋/面罩}]。 | 作业时请穿戴[{安全靴、耳罩/防护眼镜}]。
q What should I have on when working with it? | which protection do I need | Do I need safety gear?
  What must I put on before starting? | I don't want to get hurt. What equipment should I wear?
Q 干活时要戴什么？ | 需要哪些防护？ | 使用前要穿戴啥？ | 有没有护具要求？ | 怕受伤，身上该戴什么？
= maintain kvgow near:waterfilter,drain,oil
s Have it serviced by a professional every [{2-3} years]. | An expert should inspect it every [{6-24} months].
S 每[{1-3}年]请专业人员检修一次。 | 建议每[{6-24}个月]由专业技师检查。
q How often should a specialist look at it? | when does it need a check-up by someone qualified
  At which interval is professional servicing due? | How regularly must it go to the workshop?
  Besides what I do myself, how often should a technician see it?
Q 多久要找师傅检查？ | 专业保养隔多长时间做？ | 几年要检修一回？ | 什么时候要请人来检修？
  除了自己打理，专业人员多久看一次？
= runtime kg near:maintain,cool
s Do not run it for longer than [{2-15} minutes] at a time. | Maximum continuous operation is [{2-30} minutes].
S 连续运行不得超过[{1-15}分钟]。 | 单次最长工作时间为[{2-30}分钟]。
q How long can I leave it on without a break? | for what time may it work in one go
  When do I have to switch it off and pause? | Can it go on for half an hour non-stop?
  I have lots to do. For how many minutes can it go without stopping?
Q 能连着开多久？ | 一次最多用几分钟？ | 开多久要歇一下？ | 可以一直不停地用吗？ | 活儿多，一口气最长能用多久？
= cool kgo near:runtime,clean
s Let it cool for [{10-60:5} minutes] before touching it. | Allow [{15-90:5} minutes] of cooling after use.
S 用后冷却[{10-60:5}分钟]再触碰。 | 使用完毕须等待[{15-90:5}分钟]散热。
q When can I touch it again? | how long until it isn't hot any more | I've just switched it off. How long must I wait?
  How many minutes does it need to get cold? | I want to pack it away. How long till it's no longer hot?
Q 用完多久能摸？ | 要凉多长时间？ | 刚关机，等几分钟才不烫？ | 多久才降温？ | 想收起来，等多久才不烫手？
"""

# tags of attributes, English name, Chinese name
WARES = """
ekw kettle 电水壶;ek toaster 烤面包机;k frying pan 平底锅;k lunch box 饭盒;ekw coffee maker 咖啡机;k mixing bowl 打蛋盆
eg drill 电钻;bg cordless screwdriver 电动螺丝刀;g angle grinder 角磨机;eg jigsaw 曲线锯;f tool trolley 工具车
bas headphones 耳机;ba speaker 音箱;es monitor 显示器;bas tablet 平板电脑;es television 电视机;ab webcam 摄像头
c rain jacket 雨衣;c jumper 毛衣;c hiking boots 登山鞋;c cycling shorts 骑行裤;c winter gloves 冬季手套
f bookcase 书柜;f office chair 办公椅;f folding table 折叠桌;f bunk bed 双层床;f bar stool 吧台凳
cb fitness watch 运动手表;f exercise bike 健身车;f trampoline 蹦床;k drinking flask 保温杯;c life vest 救生衣
eg lawn mower 割草机;eg hedge trimmer 绿篱机;w watering can 浇水壶;ew pond pump 池塘水泵;f garden bench 花园长椅
lb caliper 数显卡尺;le microscope 显微镜;l thermometer 温度计;le desk lamp 台灯
le label printer 标签机;b head torch 头灯
t building set 积木;t board game 桌游;bt toy robot 玩具机器人;t jigsaw puzzle 拼图;bt racing car 遥控赛车
r brake pads 刹车片;rb jump starter 应急启动电源;rw cabin filter 空调滤清器
r roof rack 车顶行李架;re tyre inflator 充气泵
ew air purifier 空气净化器;eg vacuum cleaner 吸尘器;ew humidifier 加湿器;e fan heater 暖风机;ew dehumidifier 除湿机
"""
GUIDES = {
    "k": "espresso machine/咖啡机;kettle/电水壶;steam iron/蒸汽熨斗",
    "b": "earbuds/耳机;toothbrush/电动牙刷;speaker/音箱;camera/相机",
    "v": "robot vacuum/扫地机器人;floor washer/洗地机",
    "g": "lawn mower/割草机;chainsaw/油锯;tiller/微耕机",
    "o": "oven/烤箱;air fryer/空气炸锅",
    "w": "washing machine/洗衣机;washer-dryer/洗烘一体机",
}
ODDS = {"en": "car wax;violin;tent;aquarium;wardrobe;piano", "zh": "车蜡;小提琴;帐篷;鱼缸;衣柜;钢琴"}
BRANDS = {
    "en": "Veltora Kynd Brastow Omrick Halvex Tindle Nuvaro Fjorda Quillon Pexo Sundmar Ardelle Zorvik Lumbra".split(),
    "zh": "森禾 乐拓 宁澈 奥蓝特 优骁 福朗 卡沐 锐鲸 柏芒 云筑 Veltora Kynd Halvex Nuvaro Pexo Zorvik".split(),
}
HEADS = {
    "en": "Frequently asked questions|Customer information|Good to know|Our terms|Help centre|Service".split("|"),
    "zh": "常见问题|购物须知|客户服务|温馨提示|帮助中心|店铺公告|售后说明".split("|"),
}
MANUALS = {
    "en": "User manual|Instructions|Operating guide|Care tips",
    "zh": "使用说明书|操作指南|使用注意事项|保养说明",
}
OPENERS = {
    "en": "Hi, |hello, |Hi there! |Quick question: |Excuse me, |Good morning. |Sorry to bother you, |Hey |"
    "I'm thinking about buying one. |My wife asked me: |Before I order: |I'm asking for a friend. |One more thing: |"
    "I looked everywhere and found nothing. |We need it for the office. |Dear team, |Please tell me: ",
    "zh": "请问|亲，|你好，|您好，请问|在吗？|麻烦问一下，|想咨询下，|打扰了，|老板，|客服你好，|帮我看下，|"
    "我准备下单，|替朋友问一句，|看了半天没找到，|公司要用，|再问一个，|下单前想确认：",
}
CLOSERS = {
    "en": " Thanks!| Thank you in advance.| cheers| Please let me know.| Many thanks| I need to know today.",
    "zh": "谢谢！|谢谢|麻烦了。|急，在线等。|多谢啦~|望回复。",
}
NEUTRAL = {"en": ["it", "this", "this one", "this product"], "zh": ["这款", "这个", "它", "这个产品"]}
