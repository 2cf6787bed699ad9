"""Which files are kept with a case: what a customer sends, and nothing that a browser or an office program would run."""

from core.errors import BadInput

#: In bytes. A phone's photo has about 4 million.
LARGEST = 10_000_000
ENDINGS = ("pdf", "png", "jpg", "jpeg", "heic", "gif", "webp", "tif", "tiff", "txt", "csv", "rtf", "docx", "xlsx", "odt", "ods", "eml",
           "msg", "mp3", "m4a", "wav", "mp4", "mov")  # fmt: skip
LONGEST_NAME = 200


class NotThatFile(BadInput):
    """Files of that kind are not kept: attach a PDF, an image, a recording, a text or a document without macros."""


class FileTooLarge(BadInput):
    """That file is larger than 10 MB; attach it in parts, or say where it is kept."""


def named(name: str, size: int) -> str:
    """The name it is kept under, as it was written; refuses a kind of file that is not kept, and one that is too large. `size`: bytes."""
    stem, _, ending = name.replace("\x00", "").strip().rpartition(".")
    if ending.lower() not in ENDINGS:
        raise NotThatFile
    if size > LARGEST:
        raise FileTooLarge
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
