"""The prompt that a setup is measured with: four passages of a shop, a question, and the reply that follows."""

PROMPT = """You are a shop's assistant. Answer the customer's question from the search results only, and put the number
of the result you used, like [1], after each sentence.

Search results:
[1] Kettle Swift 1.7 L, manual, "First use". Wash the inside with warm water and a soft cloth. Fill the kettle to the
mark MAX, let it boil and pour the water away; do this three times before you make the first tea. The kettle holds 1.7
litres, draws 2200 watts and boils a full load in about six minutes. It switches itself off as soon as the water boils,
and also when it is lifted from its base or when there is no water in it. The lid locks while the heater is on and
opens with the button on the handle. Never fill it above MAX: boiling water can splash from the spout. The base turns
through 360 degrees and stores up to 75 cm of cord. Descale the kettle once a month with one part of vinegar and two
parts of water, longer in regions with hard water; leave it for an hour, do not boil it, and rinse it twice.

[2] Toaster Duo, product page. Two wide slots for slices of up to 32 mm, seven steps of browning, defrosting and
warming up without browning. A lift raises small pieces. The crumb tray slides out at the back. 900 watts, 220 to 240
volts, cord of 85 cm, weight 1.6 kg, colours cream, black and sage green. Article numbers TD-200-CR, TD-200-BK and
TD-200-SG. Price 59.00 euros with tax; at present 41 pieces in the warehouse, and the next delivery is expected on the
14th of March. Spare crumb trays (TD-201) cost 6.50 euros and fit all three colours and the older Toaster Uno.

[3] 退货与保修政策。自收到商品之日起三十天内，未使用且包装完好的商品可以无理由退货，运费由顾客承担；
商品有质量问题时，运费由本店承担。电水壶和烤面包机保修两年，滤网、电池等易耗品保修三个月。
保修时请提供发票或订单号，并说明故障现象。人为损坏、自行拆修以及用于商业用途的商品不在保修范围内。
退款在我们收到商品后五个工作日内原路退回。

[4] Coffee grinder Mill 40, questions that customers ask. Can it grind spices? Yes, dry ones such as pepper, cumin and
coriander; clean the burrs with the brush afterwards, or the next coffee tastes of them. How fine is it? Forty steps
from French press (38) through filter (24) and moka pot (14) to espresso (5). How long does the battery last? About
twenty double portions; charging takes two and a half hours with any USB-C charger of 10 watts. May the parts go into
the dishwasher? The glass jar and the lid may, the burrs and the body may not. Is it loud? We measured 71 decibels at
a distance of one metre, which is less than a vacuum cleaner and more than a dishwasher.

Current date: 2026-02-03

Instruction: answer in at most three sentences; say so where the search results do not hold the answer.

Question: The new kettle smells a little of plastic. What should I do before I use it, and can I send it back if that
does not help?

Reply in: English

"""

REPLY = """Boil a full load of water and pour it away three times before you make the first tea, and wash the inside
with warm water and a soft cloth [1]. If the smell stays, you can return an unused kettle in its complete packaging
within thirty days; you pay the postage, unless the product has a defect, in which case the shop pays it [3]. The refund
arrives within five working days after we have received the parcel.
如果异味仍然存在，请联系客服并说明故障现象，同时提供订单号或发票。
The toaster has no such step, but its first slices may smell as well. Please keep the box until you are sure."""
