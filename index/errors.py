"""The error tree: few names, each for what the caller can do about it.

Every error a user may meet is a `XuanjiError`; its text says what happened, to which input, and what to do.
The command line and the HTTP service each decide in one table what a class means to them.
"""


class XuanjiError(Exception):
    """Base of every error that Xuanji raises on purpose."""


class BadRequest(XuanjiError):
    """The input is wrong and only the caller can correct it."""


class NotFound(XuanjiError):
    """The named collection, snapshot or passage does not exist."""


class NothingPublished(XuanjiError):
    """No snapshot has been published yet, so there is nothing to search."""


class SnapshotDamaged(XuanjiError):
    """A file of a snapshot is missing or differs from its checksum."""


class EmbedderMismatch(XuanjiError):
    """The snapshot was made by another embedder than the one that is open."""


class StorageUnavailable(XuanjiError):
    """The disk is full, read-only or unreadable, or the database is locked; nothing was published."""


class EmptyFolder(XuanjiError):
    """The folder to ingest holds no files (an unmounted share looks like this); nothing was published."""


class WriterBusy(XuanjiError):
    """Another process is writing to this home."""


class ModelUnusable(XuanjiError):
    """A model file or folder is missing, damaged or of an unknown kind."""


class MissingPackage(XuanjiError):
    """A package of an optional extra is needed and not installed; the text names the extra."""
