"""SKUs and model numbers in a text: what dense vectors blur and a customer means exactly."""

from __future__ import annotations

import re
import unicodedata

_TOKEN = re.compile(r"[a-z0-9]+(?:[-/._][a-z0-9]+)*")
_MEASURE = re.compile(
    r"\d+(?:[./]\d+)?(?:[cmk]?m|[mc]?l|k?g|m?w|kwh|v|a|hz|db|[gmt]b|mah|min|h|s|x\d+|in|ft|lb|oz|st|nd|rd|th|er|p|k)?"
)


def identifiers(text: str) -> dict[str, str]:
    """The identifiers of a text: as compared (letters and digits only, folded), to as written (folded).

    An identifier has a digit and either a letter or at least five digits, and is not a measure such as 1.7l or 28cm.
    `K-200/EU` and `k200eu` compare equal.
    """
    found = {}
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()):
        compared = re.sub(r"[^a-z0-9]", "", token)
        letters, digits = sum(map(str.isalpha, compared)), sum(map(str.isdigit, compared))
        if digits and (letters or digits >= 5) and len(compared) > 1 and not _is_measure(token):
            found[compared] = token
    return found


def _is_measure(token: str) -> bool:
    return bool(_MEASURE.fullmatch(token)) and not token.isdigit()
