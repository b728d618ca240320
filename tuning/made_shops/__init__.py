"""Shops that exist nowhere: questions with a passage of a row, a rule, a manual or a table, and where in it the answer
lies, in Chinese and English. `examples` makes as many as are wanted."""

from tuning.made_shops.reading import Made, examples

__all__ = ["Made", "examples"]
