"""A stored scan on its way out: a name without the patient in it, and no cache keeps it."""

import base64

from django.http import HttpResponse

from consent.models import ConsentScan

ENDINGS = {ConsentScan.Kind.PDF: "pdf", ConsentScan.Kind.JPEG: "jpg", ConsentScan.Kind.PNG: "png"}


def scan_response(scan: ConsentScan, content: bytes) -> HttpResponse:
    ending = ENDINGS[ConsentScan.Kind(scan.content_type)]
    digest = base64.b64encode(bytes.fromhex(scan.sha256)).decode()
    return HttpResponse(
        content,
        content_type=scan.content_type,
        headers={
            "Content-Disposition": f'inline; filename="scan-{scan.pk.hex[-8:]}.{ending}"',
            "Repr-Digest": f"sha-256=:{digest}:",
            "Cache-Control": "private, no-store",
        },
    )
