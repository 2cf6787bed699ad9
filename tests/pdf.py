"""A PDF as a screen reader and an auditor find it: its text, and what it lacks of PDF/UA-1."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

NONE_HERE = "The tests of documents read them with Poppler: apt-get install poppler-utils."
TEXT_SHOWN = {b"Tj", b"TJ", b"'", b'"'}
OPENS, CLOSES = {b"BDC", b"BMC"}, b"EMC"


def can_read() -> bool:
    """Whether Poppler is here."""
    return all(map(shutil.which, ("pdftotext", "pdfinfo")))


def text_of(pdf: bytes) -> str:
    """Its words as pdftotext reads them, in reading order."""
    return _poppler("pdftotext", "-enc", "UTF-8", "-", "-", pdf=pdf)


def text_as_set(pdf: bytes) -> str:
    """Its words at the places where they stand on the page."""
    return _poppler("pdftotext", "-layout", "-", "-", pdf=pdf)


def info(pdf: bytes) -> str:
    """What pdfinfo says of it, a line each."""
    return _poppler("pdfinfo", "-", pdf=pdf)


def _poppler(*command: str, pdf: bytes) -> str:
    if not can_read():
        raise RuntimeError(NONE_HERE)
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def in_one_line(pdf: bytes) -> str:
    """The same without line ends, which depend on the page."""
    return " ".join(text_of(pdf).split())


def places(pdf: bytes) -> list[Any]:
    """Each word with its left, top, right and bottom, in millimetres from the top left corner of its page."""
    said = _poppler("pdftotext", "-bbox", "-", "-", pdf=pdf)
    found = re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">([^<]*)<', said)
    return [
        (word, *(float(side) / 72 * 25.4 for side in (left, top, right, bottom)))
        for left, top, right, bottom, word in found
    ]


def lacks(pdf: bytes) -> list[str]:
    """What a machine can see to be missing of PDF/UA-1 (ISO 14289-1); nothing when all is there."""
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    xmp = reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""
    elements = list(_elements(root["/StructTreeRoot"])) if "/StructTreeRoot" in root else []
    kinds = [str(element.get("/S")) for element in elements]
    return [what for what, there in {
        "a language": str(root.get("/Lang", "")).startswith("en"),
        "marked content": bool(root.get("/MarkInfo", {}).get("/Marked")),
        "the title in the window": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")),
        "a title": bool(reader.metadata and reader.metadata.title) and "<dc:title>" in xmp.replace(" ", ""),
        "the identifier of PDF/UA-1": "pdfuaid:part" in xmp and ("<pdfuaid:part>1<" in xmp or 'pdfuaid:part="1"' in xmp),
        "a structure": bool(elements),
        "headings without a gap": _in_steps([kind for kind in kinds if kind in ("/H1", "/H2", "/H3")]),
        "paragraphs": "/P" in kinds,
        "a text for each figure": all("/Alt" in element for element in elements if element.get("/S") == "/Figure"),
        "tags or an artifact around all text": not any(map(_untagged, reader.pages, [reader] * len(reader.pages))),
        "a place in the structure for each page": all("/StructParents" in page for page in reader.pages),
        "the order of the structure": all(page.get("/Tabs") == "/S" for page in reader.pages),
        "embedded fonts with a way back to text": all(map(_embedded, _fonts(reader))),
        "nothing that runs": not {"/OpenAction", "/AA"} & set(root) and b"/JavaScript" not in pdf,
    }.items() if not there]  # fmt: skip


def headings(pdf: bytes) -> list[str]:
    """The kinds of its headings, in order."""
    root: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    return [str(one["/S"]) for one in _elements(root["/StructTreeRoot"]) if str(one.get("/S")) in ("/H1", "/H2", "/H3")]


def kinds(pdf: bytes) -> set[str]:
    """Which kinds of element its structure has."""
    root: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    return {str(one.get("/S")) for one in _elements(root["/StructTreeRoot"])}


def _elements(node: Any) -> Iterator[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        below = node.get("/K", [])
        below = below.get_object() if hasattr(below, "get_object") else below
        for each in below if isinstance(below, list) else [below]:
            yield from _elements(each)


def _in_steps(levels: list[str]) -> bool:
    found = [int(level[-1]) for level in levels]
    return found[:1] == [1] and found.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(found))


def _untagged(page: Any, reader: PdfReader) -> bool:
    depth = 0
    for _, operator in ContentStream(page.get_contents(), reader).operations:
        depth += (operator in OPENS) - (operator == CLOSES)
        if operator in TEXT_SHOWN and depth == 0:
            return True
    return False


def _fonts(reader: PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in (resources.get("/Font") or {}).values():
            yield font.get_object()


def _embedded(font: Any) -> bool:
    if "/DescendantFonts" not in font:
        return bool(font.get("/Subtype") == "/Type3" and "/ToUnicode" in font)
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    return "/ToUnicode" in font and any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
