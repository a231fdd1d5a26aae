"""The structure tree of a tagged PDF: what a screen reader follows, written into the file at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportlab.pdfbase import pdfdoc

from reports.drawing.faces import plain


class Node:
    """One element of the structure tree; kids are nodes or (page, mark) pairs."""

    __slots__ = ("alt", "attributes", "kids", "parent", "reference", "role")

    def __init__(self, role: str, parent: Node | None, alt: str = "", attributes: str = "") -> None:
        self.role, self.parent, self.alt, self.attributes = role, parent, alt, attributes
        self.kids: list[Node | tuple[int, int]] = []
        self.reference: Any = None


class Late(pdfdoc.PDFObject):
    """A PDF object written late, because references are numbered late."""

    __RefOnly__ = 1

    def __init__(self, write: Callable[[Any], bytes]) -> None:
        self.write = write

    def format(self, document: Any) -> bytes:
        return self.write(document)


def write(document: Any, root: Node, marks: list[list[Node]]) -> None:
    """Put the tree into the document. `marks` holds, per page, the node of every marked content in order."""
    tree = document.Reference(Late(lambda doc: _tree(doc, root)), "StructTreeRoot")
    _name(document, root, tree, "Struct1")
    document.Reference(Late(lambda doc: _parents(doc, marks)), "ParentTree")
    document.Catalog.StructTreeRoot = tree
    document.Catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})


def _name(document: Any, node: Node, parent: Any, name: str) -> None:
    """Every element becomes an object of its own, so that marks can point back at it."""
    node.reference = document.Reference(Late(lambda doc: _element(doc, node, parent)), name)
    for index, kid in enumerate(node.kids):
        if isinstance(kid, Node):
            _name(document, kid, node.reference, f"{name}.{index}")


def _element(document: Any, node: Node, parent: Any) -> bytes:
    pages = document.Pages.pages
    kids = []
    for kid in node.kids:
        if isinstance(kid, Node):
            kids.append(kid.reference.format(document))
        else:
            page = document.Reference(pages[kid[0]]).format(document)
            kids.append(b"<</Type/MCR/Pg %s/MCID %d>>" % (page, kid[1]))
    alt = b"/Alt %s" % pdfdoc.PDFString(plain(node.alt)).format(document) if node.alt else b""
    return b"<</Type/StructElem/S/%s/P %s/K[%s]%s%s>>" % (
        node.role.encode(),
        parent.format(document),
        b" ".join(kids),
        alt,
        node.attributes.encode(),
    )


def _tree(document: Any, root: Node) -> bytes:
    parents = pdfdoc.PDFObjectReference("ParentTree").format(document)
    return b"<</Type/StructTreeRoot/K %s/ParentTree %s>>" % (root.reference.format(document), parents)


def _parents(document: Any, marks: list[list[Node]]) -> bytes:
    rows = [
        b"%d[%s]" % (page, b" ".join(node.reference.format(document) for node in nodes))
        for page, nodes in enumerate(marks)
        if nodes
    ]
    return b"<</Nums[%s]>>" % b" ".join(rows)
