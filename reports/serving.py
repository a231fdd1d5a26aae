"""A stored PDF on its way out: file names without the patient's name, the digest beside it."""

import base64

from django.http import HttpResponse

from reports.models import Document


def pdf_response(document: Document, *, download: bool = False) -> HttpResponse:
    digest = base64.b64encode(bytes.fromhex(document.sha256)).decode()
    disposition = "attachment" if download else "inline"
    return HttpResponse(
        bytes(document.content),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'{disposition}; filename="{document.number}.pdf"',
            "Repr-Digest": f"sha-256=:{digest}:",
            "Cache-Control": "private, no-store",
        },
    )
