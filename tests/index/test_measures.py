"""Measures: which attributes are one number, in base units, and the migration that measures old rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

import index
from index.chunk import Value
from index.database.store import Store
from index.text.measures import column_unit, measure, measure_key, measures


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("Power (W)", "1200", (1200, "power")),
        ("Power", "1.2 kW", (1200, "power")),
        ("Capacity", "1,7 L", (1700, "volume")),
        ("Capacity", "300 g", (300, "mass")),
        ("Capacity", "2 × 3 L", (6000, "volume")),
        ("RAM", "2x8 GB", (16384, "storage")),
        ("质保(月)", "24", (24, "months")),
        ("Warranty", "3 years", (36, "months")),
        ("净重(kg)", "约5.2", (5200, "mass")),
        ("Noise (dB)", "max. 58", (58, "noise")),
        ("weight_kg", 1.15, (1150, "mass")),
        ("Screen size (in)", "15.6", (396.24, "length")),
        ("Capacity", "4 L (6 bowls)", (4000, "volume")),
        ("Pages", "320", (320, "")),
        ("Pages", 320.0, (320, "")),
    ],
)
def test_one_number_is_a_measure(name: str, value: Value, found: tuple[float, str]) -> None:
    """The unit stands with the value or in the column's name; a count of equal parts is their sum."""
    measured = measure(name, value)
    assert measured is not None
    assert (float(measured[0]), measured[1]) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Noise (dB)", "50-60"),
        ("Size", "20 x 5 x 7 cm"),
        ("Size", "2 × 3 cm"),
        ("Description", "1.7 litres in about five minutes, it says"),
        ("Remarks", "0.3L至1.5L"),
        ("Colour", "black"),
        ("discontinued", False),
        ("Power (W)", "2200 W at 230 V"),
    ],
)
def test_anything_else_is_none(name: str, value: Value) -> None:
    """Ranges, sizes and words are no measure."""
    assert measure(name, value) is None


def test_measures_are_kept_by_column_and_dimension() -> None:
    """Typed attributes have columns of their own; a name that a path into JSON cannot hold is made fit."""
    attributes: dict[str, Value] = {"sku": "12", "price": 3.0, "Power (W)": "5", "Capacity": "1 L", 'Screen "': "15 in"}
    assert measures(attributes) == {"Power (W) [power]": 5.0, "Capacity [volume]": 1000.0}
    assert measure_key('Screen "', "length") == "Screen _ [length]"
    assert column_unit("Group A") is None


def test_the_rows_of_an_older_database_are_measured(tmp_path: Path) -> None:
    """Opening a database of the second schema fills the new column, without a new ingest."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    config = Config()
    config.set_main_option("script_location", str(Path(index.__file__).parent / "database" / "migrations"))
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(text("INSERT INTO collections (id, name, folder) VALUES (1, 'default', '/shop')"))
        connection.execute(text("INSERT INTO documents (id, collection_id, path) VALUES (1, 1, 'a.csv')"))
        for id, attributes in ((1, '{"Power (W)": "900"}'), (2, '{"name": "kettle"}')):
            connection.execute(
                text(
                    "INSERT INTO chunks (id, collection_id, document_id, uid, signature, content_hash, text_id,"
                    " ordinal, title, section, text, locator, attributes, tokens, born)"
                    " VALUES (:id, 1, 1, 'u', 's', 'h', 1, 0, '', '[]', '', '{}', :attributes, 1, 1)"
                ),
                {"id": id, "attributes": attributes},
            )
    engine.dispose()
    store = Store.open(url)
    with store.engine.connect() as connection:
        found = connection.execute(text("SELECT measures FROM chunks ORDER BY id")).scalars().all()
    store.close()
    assert found == ['{"Power (W) [power]":900.0}', "{}"]


def test_a_number_of_what_is_no_unit_is_compared_with_its_like() -> None:
    """83x zoom and 21 speeds; 304 stainless steel, 5V/2A and MY25 are names."""
    assert measures({"Zoom": "83x", "速别": "21速", "Gears": "7-speed"}) == {
        "Zoom [~x]": 83.0,
        "速别 [~速]": 21.0,
        "Gears [~speed]": 7.0,
    }
    assert measures({"Steel": "304不锈钢", "Input": "5V/2A", "Model": "MY25", "Note": "15 in all"}) == {}
