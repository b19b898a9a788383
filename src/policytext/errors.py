"""Which ways can a call fail, in words a researcher can act on?"""


class PolicytextError(Exception):
    """Base of every error this library raises on purpose."""


class ParameterError(PolicytextError, ValueError):
    """An argument is not what it must be."""


class NotEnoughDataError(PolicytextError, ValueError):
    """The data cannot carry the analysis that was asked for."""


class CorpusError(PolicytextError):
    """The tables of a corpus break their contract."""


class ReadingError(PolicytextError):
    """A file or folder cannot be read."""


class NeedsTextError(PolicytextError):
    """The call needs sentences, and this corpus holds counts only."""


class ModelNotFoundError(PolicytextError):
    """A model is not installed on this machine."""


class DamagedFileError(PolicytextError):
    """A saved file is incomplete or was changed after it was written."""


class StudyError(PolicytextError):
    """A study file asks for something that cannot be done."""


__all__ = [
    "CorpusError",
    "DamagedFileError",
    "ModelNotFoundError",
    "NeedsTextError",
    "NotEnoughDataError",
    "ParameterError",
    "PolicytextError",
    "ReadingError",
    "StudyError",
]
