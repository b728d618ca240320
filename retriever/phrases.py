"""How customers ask for products, and how they ask for everything else, in both languages."""

from __future__ import annotations

import re

from index.lexicon import either
from index.text.currencies import codes, name_in, words


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


POLICY = _any(
    r"(?<!can )(?<!could )(?<!\bi )(?<!\bwe )(?<!\byou )(?<!\bto )\border\b",
    r"\b(?:deliver(?:y|ies|ed|ing|s)?|shipp(?:ing|ed)|ship|ships|shipments?|postage|couriers?|returns?"
    r"|returned|returning|returnable"
    r"|refund\w*|exchang\w*|swap|invoic\w*"
    r"|(?<!how much more do i )(?<!how much more would i )pay"
    r"|pays|paying|paid|payments?|instal?lments?|discount\w*|vouchers?"
    r"|coupons?|orders"
    r"|ordering|ordered|cancel\w*|repair\w*|customs|vat|tax(?:es)?|opening hours|open on|pick ?up|gift cards?"
    r"|loyalty|complain\w*"
    r"|polic(?:y|ies)|terms|hotline|service cent(?:re|er)s?|spare time|insur\w*|claims?|credit|deposit"
    r"|subscription|membership)\b",
    r"运费|包邮|免邮|邮费|配送|送货|送到|发货|寄|快递|物流|退货|退换|换货|退款|退钱|退回|能退|可以退|发票|开票"
    r"|付款|支付|付|货到|分期|优惠|折扣|打折"
    r"|满减|满\s*[0-9多一二三四五六七八九十百千]|订单|下单|取消|维修|返修|修理|保修政策|积分|会员|投诉|客服"
    r"|政策|规定|营业|自提|安装费|上门|起送|起订"
    r"|税|赔|索赔|延保",
)
"""Words of what a shop does, not of what it sells."""
NOT_ASKING = _any(
    r"^(?:so |and |but |hi,? |hello,? |please,? )*(?:why|when|where|who|whose|whom)\b",
    r"^(?:so |and |but |hi,? |hello,? )*how (?!many\b|much\b|heavy\b|loud\b|quiet\b|big\b|large\b|powerful\b"
    r"|expensive\b)\w+",
    r"^what (?:if|happens|do i|should|can i|must|to do|size of|kind of (?:water|plug|guarantee))\b",
    r"^(?:is|are|was|were|does|did|do|can|could|may|must|should|shall|will|would|has|have|am|isn't|doesn't"
    r"|don't|aren't)\b"
    r"(?! (?:there|you (?:have|sell|carry|stock|offer|keep|got|recommend|suggest|show|list|tell|find|name|also"
    r" (?:have|sell))\b)"
    r"|n't you)",
    r"\b(?:my|mine|this one|these ones|that one|it|its)\b(?! is fine)",
    r"\b(?:this|that|the same) (?:\w+ )?(?:product|model|item|one)\b",
    r"\b(?:broken|faulty|leak(?:s|ing)?|stopped working|error|does(?:n't| not) (?:work|start|heat)|won't"
    r"|smells?|stuck)\b",
    r"\bhow (?:do|can|to|should|long|often|far|deep|hot) ",
    r"怎么(?!没有)|如何|为什么|为啥|为何|什么时候|何时|多久|哪里|哪儿|在哪(?!些|款|个|种)|是否|能不能(?!推荐"
    r"|帮)|可不可以(?!推荐|帮)|能否(?!推荐|帮)"
    r"|会不会|要不要|需不需要|该不该",
    r"可以(?!推荐|帮|介绍|列).*(?:吗|嘛|么(?=\W*$))|能(?!推荐|帮|介绍|列).*(?:吗|嘛|么(?=\W*$))|会.*(?:吗|嘛"
    r"|么(?=\W*$))|需要(?!一|个"
    r"|买).*(?:吗|嘛|么(?=\W*$))|[应]该",
    r"坏了|故障|报错|漏水|漏电|不工作|不加热|不转|异响|异味|打不开|没反应|死机|跳闸",
    r"这款|这个(?!价|牌|品牌)|这台|这把|这口|这种|该款|该产品|那款|那个|那台|它|我的|我家|我买的|刚买|买的",
)
ASKING_A_FACT = _any(
    r"^(?:so |and |but )?what do(?:es)?\b(?! you)",
    r"^(?:so |and |but )?how (?:much|heavy|loud|quiet|big|large|powerful|expensive)\b",
)
"""Questions about one thing, unless it is the cheapest, the lightest, ..."""
ASKING = _any(
    r"\b(?:which|what)\b",
    r"\b(?:do|does|don't) (?:you|your shop|the shop|your store) (?:also )?(?:have|sell|carry|stock|offer|keep"
    r"|got)\b|\bgot any\b|\bhave you got\b",
    r"\b(?:is|are) there\b|\bany(?:thing)?\b|\bsomething\b",
    r"\b(?:show|list|find|recommend|suggest|name|search|looking|browse|give me|send me)\b",
    r"\b(?:i|we)(?:'d| would)? (?:also )?(?:need|want|like|prefer)\b|\bi'm after\b|\bneed an?\b|\bwant an?\b"
    r"|\bhow many\b|\ball\b",
    r"有没有|有无|有什么|有哪|哪些|哪款|哪个|哪种|哪几|哪一|什么|推荐|想买|想要|想找|要买|要个|要一|买个|买一"
    r"|求|找|列出|列一下|给我|来个|来一|需要一"
    r"|需要个|几款|几种|几个|多少|都有|介绍|[有的][^吗嘛]*(?:吗|嘛|么(?=\W*$))",
)
LISTING = _any(
    r"^(?:which"
    r"|what)\b", r"\b(?:which|what) (?:of|are|do)\b", r"\b(?:show|list|name|find|give me)\b", r"\b(?:is|are) there\b",
    r"\b(?:do|does) (?:you|your shop|the shop|your"
    r" store)\b", r"\ball\b|\bany(?:thing)?\b|\bsomething\b|\brecommend\b|\bsuggest\b",
    r"\b(?:i|we)(?:'d| would)? (?:need|want|like)\b|\blooking for\b",
    r"有没有|有无|有什么|有哪|哪些|哪款|哪种|哪几|哪一|推荐|列出|列一下|都有|[有的][^吗嘛]*(?:吗|嘛|么(?=\W*$))|想买"
    r"|想要|想找|要买|买个|买一|找|给我|来一|需要",
)  # fmt: skip
GENERIC = _any(
    r"\b(?:products?|items?|articles?|goods|things?|something|anything|models?|ones?|options?|choices?"
    r"|devices?|appliances?)\b",
    r"产品|商品|东西|货品|款式|型号|机型|物品|款|电器",
)
"""Words for products of any kind."""

COUNT = _any(
    r"\bhow many(?: different| kinds of| types of| sorts of| models of)?\b(?: of)?",
    r"\b(?:the )?(?:total )?(?:number|count) of\b",
    r"(?:一共|总共|共)?(?:有|卖)?\s*(?:多少|(?<!哪)几)\s*(?:款|种|个|台|件|样|类|把|口|只)(?:不同的?)?|(?:一共"
    r"|总共)?有多少",
)
CHEAPEST = _any(
    r"\b(?:the )?(?:cheapest|least expensive|lowest[- ]priced?|most affordable|least costly|(?:lowest|smallest"
    r"|minimum) price)\b"
    r"|\bcosts? (?:the )?least\b",
    r"(?:哪个|哪款|哪种|哪一款|哪一个)(?:比较|更)?便宜|(?:价格|价钱|售价|单价)?(?:最便宜|最低价|最实惠|最低廉)"
    r"|(?:价格|价钱|售价|单价)(?:是)?最低",
)
DEAREST = _any(
    r"\b(?:the )?(?:most expensive|dearest|priciest|costliest|highest[- ]priced?|(?:highest|maximum) price)\b"
    r"|\bcosts? (?:the )?most\b",
    r"(?:哪个|哪款|哪种|哪一款|哪一个)(?:比较|更)?贵|(?:价格|价钱|售价|单价)?最贵|(?:价格|价钱|售价|单价)(?:是)?最高",
)
MOST_STOCK = _any(
    r"\b(?:the )?(?:most|highest|largest|biggest) (?:in )?stock\b|\bmost (?:units|pieces)(?: in stock| left)?\b",
    r"库存(?:量)?最[多高大]",
)
LEAST_STOCK = _any(
    r"\b(?:the )?(?:least|lowest|smallest|fewest) (?:in )?stock\b|\bfewest (?:units|pieces)(?: in stock| left)?\b",
    r"库存(?:量)?最[少低小]",
)
AVERAGE = _any(r"\b(?:the |an )?(?:average|mean|avg)\b|\bon average\b", r"平均|均价")
MOST_OF = re.compile(
    r"(?:\bthe )?\b(?:highest|largest|greatest|biggest|longest|most|maximum|heaviest)\s*$|最(?:高|大|多|长|强)的?\s*$"
)
LEAST_OF = re.compile(r"(?:\bthe )?\b(?:lowest|smallest|least|shortest|minimum|fewest)\s*$|最(?:低|小|少|短)的?\s*$")
MOST_BEHIND = re.compile(r"(?:是|值)?最(?:高|大|多|长|强|重|久)")
LEAST_BEHIND = re.compile(r"(?:是|值)?最(?:低|小|少|短|轻)")
COMPARE = _any(
    r"\bcompar(?:e|ed|ison|ing)\b|\bvs\.?(?= |$)|\bversus\b|\bdifferences?\b|\bdiffer(?:s|ent)?\b|\bbetter\b"
    r"|\bside by side\b",
    r"对比|比较|比一下|比一比|比比|分别|各是多少|相比|区别|差别|不同|差异|哪个更?好|哪款更?好|(?:哪个|哪款"
    r"|哪种|谁)更?(?:便宜|贵|轻|重|大|小"
    r"|安静|省电|好|值)|有什么不一样",
)
DIFFERENCE = _any(r"\bdifferences?\b|区别|差别|有什么不同")
BESIDE = (
    re.compile(
        r"\b(?:compare|differences? between)\s+(?P<one>.+?)\s+(?:and|with|to|vs\.?|versus)\s+(?P<other>[^?.!,]+)"
    ),
    re.compile(r"^(?P<one>.+?)\s+(?:vs\.?|versus|compared (?:to|with))\s+(?P<other>[^?.!,]+)"),
    re.compile(r"\b(?:better|cheaper|lighter|quieter)[,:]?\s+(?P<one>.+?)\s+or\s+(?P<other>[^?.!,]+)"),
    re.compile(r"^(?:对比|比较)?(?:一?下)?(?P<one>.+?)\s*(?:和|与|跟)\s*(?P<other>.+?)\s*(?:有什么|有啥|的|哪)"),
)
COMPARED = _any(r"\bor\b|还是|哪个|哪款|\bwhich\b")
IN_STOCK = _any(
    r"\b(?:that (?:is|are) |which (?:is|are) |is |are )?(?:currently |still |now |actually )*(?:in stock|on"
    r" stock|available (?:now|right now|immediately|today))\b"
    r"|\b(?:which |that )?(?:i |we |you )?can (?:still )?(?:be )?(?:order|buy|get|have|deliver)(?:ed)?"
    r" (?:now|right now|today)\b",
    r"(?:现在|今天)(?:就)?(?:能|可以)(?:买到|买|下单|发货|订)的?|(?:现在|目前|当前)?(?:要|是|还)?(?:有现货|有货|有库存|现货|不缺货|没有?缺货)(?:的)?",
)
CURRENCIES = {
    code: _any(
        rf"\b(?:that (?:is|are) )?(?:(?:sold|priced|listed) )?in {either(words(code))}",
        rf"(?:以|用)?{name}(?:标价|计价|结算|报价)?(?:的)?",
    )
    for code in sorted(codes())
    for name in (name_in(code, "zh", 2),)
}
"""A currency that is named by itself, without an amount."""
INCLUDED = _any(
    r",?\s*(?:[a-z]+ ){0,6}(?:included|as well)\b(?=\W*$)|,?\s*\bincluding\b[^,?.!]*",
    r"[,，]?(?:包括|包含)[^,，。？?]*(?:在内)?|[,，][^,，。？?]*(?:也算|都算|在内)",
)
"""What is to count too: it restricts nothing."""
STATEMENT = re.compile(
    r"\b(?:is|are|was|were|does|did|can|could|may|must|should|will|would|has|have|had|keeps?|makes?|shows?"
    r"|goes|says|turns?|stops?)\b"
)
OUT_OF_STOCK = _any(
    r"(?:库存(?:量)?(?:是|为|等于)?(?:零|0)(?![.\d])(?:的)?)|\b(?:with )?(?:zero|no) stock\b",
    r"\b(?:that (?:is|are) |which (?:is|are) |is |are )?(?:currently |now |all )*(?:out of stock|sold out"
    r"|unavailable|not in stock|not available)\b",
    r"(?:现在|目前|当前)?(?:是)?(?:缺货|没货|没有货|无货|断货|卖完|售罄|没有库存|无库存|没有现货)(?:了)?(?:的)?",
)
NUMBER = r"(?P<n>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|两|二|三|四|五|六|七|八|九|十)"
FEW = re.compile(rf"\b(?:top |the )?{NUMBER}\s*$|前\s*{NUMBER.replace('<n>', '<m>')}\s*$")
FEW_BEHIND = re.compile(rf"\s*(?:的)?\s*(?:前)?{NUMBER}\s*(?:款|个|种|台|件|样|把|口)?(?![a-z0-9])")
COUNTS = {word: n for n, word in enumerate("two three four five six seven eight nine ten".split(), start=2)} | {
    "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10
}  # fmt: skip
FIELDS_OF_TEXT = {
    "brand": _any(r"\bbrands?\b|\bmanufacturers?\b|\bmakers?\b", r"品牌|牌子|厂家|厂商"),
    "category": _any(r"\bcategor(?:y|ies)\b|\b(?:kinds|types|sorts) of (?:products?|items?|goods|things)\b"
                     r"|\bproduct (?:groups|ranges|lines)\b", r"类别|分类|品类|种类|产品线|哪几类|哪些类"),
}  # fmt: skip

STOP_EN = frozenset(
    "a an the and or of for with which what who do does did you your yours we i me my us our they them their"
    " is are was were be been"
    " am have has had having sell sells carry carries stock offer offers keep got get there any some all every"
    " each please can"
    " could would should will shall that this these those it its in at on to from by as so just like need want"
    " looking look show"
    " list find give recommend suggest tell name search see browse know how many much but also too ok okay hi"
    " hello dear thanks actually really"
    " thank shop store catalogue catalog range assortment available cost costs costing price prices priced"
    " product products item"
    " items article articles model models one ones something anything thing things good goods option options"
    " choice choices"
    " device devices total if then than only ever right now currently today present here buy purchase get"
    " after out let"
    " i'd i'm we'd we're you've what's which's it's that's do'nt don't the same kind kinds type types sort"
    " sorts different"
    " compare compared comparison vs versus difference differences between better best their both against side"
    " about most"
    " per altogether overall come comes made make making makes maker going go back put order by sorted another other"
    " others more"
    " is/are amount figure value appliances appliance gadget gadgets pls plz whole entire take takes draw"
    " draws use uses using used still whats today my-self able made offers 've 'd 's s cheap must be".split()
)
"""English words that ask for nothing by themselves."""
STOP_ZH = sorted(
    "请问 你们 你家 您们 您家 您这 你这 咱们 咱 我们 我想 我要 帮我 给我 帮忙 麻烦 店里 店铺 本店 店 商店 目录"
    " 目录里 这里 那里 里面 里 中 当中 之中 其中"
    " 有没有 有无 有什么 有哪些 有哪几 有 没有 是什么 是哪 是 哪些 哪款 哪个 哪种 哪几 哪一 哪 什么 什么样"
    " 多少 多少钱 几 款 个 种 台 件 样 类 把 口 只 些 一下 一"
    " 推荐 想买 想要 想找 想 要买 要 买 卖 求 找 列出 列 介绍 看看 看 给 来 需要 需 希望 都 全部 所有 全 总共"
    " 一共 共 的 了 吗 呢 吧 啊 呀 嘛 么 和 与 及 或者 或 跟 、"
    " 并且 并 而且 而 且 同时 又 也 还 就 只 在 售 在售 出售 销售 可以 能 产品 商品 东西 货品 款式 型号 机型"
    " 物品 电器 价格 价钱 价 售价 钱 分别 各 请 您 你 我 他 这些 那些 呗"
    " 最 比较 对比 相比 区别 差别 不同 差异 更 好 之间 两者 两款 两个 以及 其他 别的 一些 多 那 对 目前 现在"
    " 当前 适合 属于 牌子 品牌 牌 价位 预算 大概 大约 左右 单 位 值 为 按 照 不 要求 条件 符合 满足 且是 用 到"
    " 够 这个牌子 这个品牌 这牌子 纠结中 纠结 犹豫中 犹豫 有得选 可选".split(),
    key=len,
    reverse=True,
)
