"""Languages: detection by script, tags by BCP 47."""

import pytest

from answer.language import detect, resolve
from index.errors import BadRequest


def test_chinese_with_model_numbers_is_chinese() -> None:
    """A model number or a brand does not make a Chinese question English."""
    assert [detect(text) for text in ("K200 多少钱", "Bosch 的 kettle 多少钱", "What does 静音 mean?", "12")] == [
        "zh", "zh", "en", "en",
    ]  # fmt: skip


def test_tags_are_canonical_and_have_a_form() -> None:
    """Case is that of RFC 5646; Chinese takes the Chinese form, every other language the English one, by name."""
    assert (resolve("ZH-hant", "").tag, resolve("ZH-hant", "").form, resolve("zh-tw", "").name) == (
        "zh-Hant",
        "zh",
        "繁体中文",
    )
    assert (resolve("en-us", "").tag, resolve("de", "").form, resolve("de", "").name) == ("en-US", "en", "German")
    assert resolve("auto", "多少钱").tag == "zh"


@pytest.mark.parametrize("tag", ["zh_CN", "x", "", "en-", "english!", "a" * 40])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    """The caller is told which tag is wrong."""
    with pytest.raises(BadRequest, match="BCP 47"):
        resolve(tag, "hello")
