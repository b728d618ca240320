"""Three small shops, written straight through the index room, that questions can be understood and computed against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.chunk import Chunk, Locator, chunk_id
from index.database.store import Store
from index.database.view import View
from index.database.writing import Writing
from tests.rows import cells_of

TODAY = "2026-11-26"
VIEW = View(1, TODAY, 1)

HOME: list[dict[str, Any]] = [
    {"sku": "T-17", "name": "Nordhem T17 kettle", "brand": "Nordhem", "category": "Kettles", "price": 45.0,
     "currency": "EUR", "stock": 12, "Capacity": "1.7 L", "Power (W)": "2200", "Noise (dB)": "72",
     "Weight (kg)": "1.1",
     "Colour": "matt black", "Warranty (months)": "24"},
    {"sku": "T-10", "name": "Nordhem T10 travel kettle", "brand": "Nordhem", "category": "Kettles", "price": 29.9,
     "currency": "EUR", "stock": 0, "Capacity": "0.6 L", "Power (W)": "900", "Noise (dB)": "66", "Weight (kg)": "0.5",
     "Colour": "white", "Warranty (months)": "12"},
    {"sku": "Z-5", "name": "Zelva Z5 glass kettle", "brand": "Zelva", "category": "Kettles", "price": 79.0,
     "currency": "EUR", "stock": 3, "Capacity": "1,5 L", "Power (W)": "3000", "Noise (dB)": "58",
     "Weight (kg)": "1.4",
     "Colour": "clear glass", "Warranty (months)": "36"},
    {"sku": "Z-90", "name": "Lid for the Z5 kettle", "brand": "Zelva", "category": "Spare parts", "price": 8.5,
     "currency": "EUR", "stock": 40, "Weight (kg)": "0.1", "Colour": "black"},
    {"sku": "V-3", "name": "Zelva V3 robot vacuum", "brand": "Zelva", "category": "Vacuum cleaners", "price": 299.0,
     "currency": "EUR", "stock": 7, "Dust bin": "400 ml", "Power (W)": "45", "Noise (dB)": "60", "Weight (kg)": "3.2",
     "Warranty (months)": "24"},
    {"sku": "V-8", "name": "Nordhem V8 stick vacuum", "brand": "Nordhem", "category": "Vacuum cleaners",
     "price": 189.0,
     "currency": "EUR", "stock": 5, "Dust bin": "0.7 L", "Power (W)": "420", "Noise (dB)": "75", "Weight (kg)": "2.6",
     "Warranty (months)": "24", "Batteries": "2 × 2500 mAh"},
    {"sku": "D-1", "name": "云禾 D1 电饭煲", "brand": "云禾", "category": "厨房电器", "price": 399.0,
     "currency": "CNY",
     "stock": 9, "容量": "4 L", "额定功率(W)": "860", "噪音(dB)": "50", "净重(kg)": "3.8", "质保(月)": "24",
     "颜色": "白色"},
    {"sku": "D-2", "name": "云禾 D2 迷你电饭煲", "brand": "云禾", "category": "厨房电器", "price": 259.0,
     "currency": "CNY",
     "stock": 0, "容量": "1.6升", "额定功率(W)": "500", "噪音(dB)": "48", "净重(kg)": "2.1", "质保(月)": "12",
     "颜色": "粉色"},
    {"sku": "P-6", "name": "青原 P6 加热破壁机", "brand": "青原", "category": "厨房电器", "price": 699.0,
     "currency": "CNY",
     "stock": 21, "容量": "1.75 L", "额定功率(W)": "1600", "噪音(dB)": "78", "净重(kg)": "5.2", "质保(月)": "36"},
    {"sku": "W-1", "name": "青原 W1 不锈钢电热水壶", "brand": "青原", "category": "厨房电器", "price": 129.0,
     "currency": "CNY", "stock": 60, "容量": "1.7 L", "额定功率(W)": "1800", "噪音(dB)": "70",
     "净重(kg)": "1.0", "质保(月)": "24",
     "材质": "304不锈钢"},
]  # fmt: skip

COMPUTERS: list[dict[str, Any]] = [
    {"sku": "LX-14", "name": "Acme LX14 laptop", "brand": "Acme", "category": "Laptops", "price": 1299.0,
     "currency": "USD", "stock": 4, "RAM": "16 GB", "Storage": "512 GB", "Screen size (in)": "14", "Weight": "1.3 kg",
     "Colour": "grey"},
    {"sku": "LX-16", "name": "Acme LX16 gaming laptop", "brand": "Acme", "category": "Laptops", "price": 2499.0,
     "currency": "USD", "stock": 0, "RAM": "32 GB", "Storage": "1 TB", "Screen size (in)": "16", "Weight": "2.4 kg",
     "Colour": "black"},
    {"sku": "BK-13", "name": "Bolt Air 13 laptop", "brand": "Bolt", "category": "Laptops", "price": 899.0,
     "currency": "USD", "stock": 15, "RAM": "8 GB", "Storage": "256 GB", "Screen size (in)": "13.3",
     "Weight": "990 g",
     "Colour": "silver"},
    {"sku": "BK-15", "name": "Bolt Work 15 laptop", "brand": "Bolt", "category": "Laptops", "price": 1099.0,
     "currency": "USD", "stock": 2, "RAM": "16 GB", "Storage": "512 GB", "Screen size (in)": "15.6",
     "Weight": "1.8 kg",
     "Colour": "silver"},
    {"sku": "MO-27", "name": "Bolt View 27 monitor", "brand": "Bolt", "category": "Monitors", "price": 329.0,
     "currency": "USD", "stock": 8, "Screen size (in)": "27", "Weight": "5.1 kg", "Colour": "black"},
    {"sku": "SL-1", "name": "Laptop sleeve 14 inch", "brand": "Acme", "category": "Accessories", "price": 25.0,
     "currency": "USD", "stock": 100, "Colour": "grey"},
]  # fmt: skip

OUTDOOR: list[dict[str, Any]] = [
    {"sku": "J1", "name": "Trail rain jacket", "brand": "Fjell & Sons", "category": "Clothing / Jackets",
     "price": 120.0,
     "Colour": "Red", "Size": "M", "Weight (g)": "380"},
    {"sku": "J2", "name": "Summit down jacket", "brand": "Fjell & Sons", "category": "Clothing / Jackets",
     "price": 240.0,
     "Colour": "Navy blue", "Size": "L", "Weight (g)": "520"},
    {"sku": "J3", "name": "Everyday jacket", "brand": "Loma", "category": "Clothing / Jackets", "price": 80.0,
     "Colour": "Black", "Size": "M", "Weight (g)": "610"},
    {"sku": "B1", "name": "Loma Gravel bicycle", "brand": "Loma", "category": "Bikes", "price": 1400.0,
     "Colour": "Black", "Weight (g)": "9800"},
    {"sku": "B2", "name": "Loma City bicycle", "brand": "Loma", "category": "Bikes", "price": 650.0, "Colour": "Red",
     "Weight (g)": "13500"},
]  # fmt: skip


def write_shop(writing: Writing, name: str, products: Sequence[Mapping[str, Any]], sheet: str = "List") -> int:
    """Write products as the rows of one sheet, without vectors; the collection's id."""
    collection = writing.collection(name, f"/{name}")
    writing.add(collection, writing.document(collection, "list.xlsx"), list(rows(name, products, sheet)))
    return collection


def rows(name: str, products: Sequence[Mapping[str, Any]], sheet: str = "List") -> list[Chunk]:
    """The chunks of a sheet's rows, from row 2 on."""
    return [
        Chunk(
            chunk_id(name, "list.xlsx", f"{sheet}{number}"),
            "list.xlsx",
            number,
            "\n".join(f"{header(column)}: {cell(column, value)}" for column, value in product.items()),
            str(product.get("name", "")),
            locator=Locator(sheet=sheet, row=number + 2),
            attributes=product,
            cells=cells_of("\n".join(f"{header(column)}: {cell(column, value)}" for column, value in product.items())),
        )
        for number, product in enumerate(products)
    ]


def header(column: str) -> str:
    """What the sheet calls a typed column."""
    return {"sku": "SKU", "name": "Name", "price": "Price"}.get(
        column, column.capitalize() if column.islower() else column
    )


def cell(column: str, value: Any) -> str:
    """A cell as the sheet shows it: prices with two places."""
    return f"{value:.2f}" if column == "price" else str(value)


def open_shops(folder: Path) -> tuple[Store, dict[str, int]]:
    """A store with the three shops, published as generation 1, and their collections' ids."""
    store = Store.open(f"sqlite:///{folder / 'shops.db'}")
    shops = {"home": HOME, "computers": COMPUTERS, "outdoor": OUTDOOR}
    writing = Writing(store, 0)
    return store, {name: write_shop(writing, name, products) for name, products in shops.items()}
