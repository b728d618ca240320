"""The documents of a collection by what they are called: a question may mean one by the words of its name."""

from __future__ import annotations

from pathlib import Path

from index.database.documents import read_document_names
from tests.asked import Asked

FILES = {
    "manuals/adler/manual.md": "# Manual\n\nHold the button for two seconds.\n",
    "manuals/bussard/manual.md": "# Manual\n\nHold the button for nine seconds.\n",
    "manuals/condor/manual.md": "# Manual\n\nHold the button for five seconds.\n",
    "returns.md": "# Returns\n\nThirty days.\n",
}


def test_a_question_means_the_documents_whose_names_it_says(tmp_path: Path) -> None:
    with Asked(tmp_path, FILES) as shop:
        names = read_document_names(shop.store.engine, 1, 1)
    assert names.meant("how long do I hold the button of the bussard?") == {"manuals/bussard/manual.md"}
    assert names.meant("condor or adler?") == {"manuals/adler/manual.md", "manuals/condor/manual.md"}
    assert names.meant("is there a manual?") == frozenset()
    assert names.ids.keys() == names.words.keys() == FILES.keys()
