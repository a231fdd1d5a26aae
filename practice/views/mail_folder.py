"""The demo's mail folder: what would have been sent, to look at."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from practice import mail_folder
from practice.views.guarding import permitted

HERE = {"nav": "practice", "tab": "mail"}


def messages(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "mail.read")
    if not mail_folder.is_there():
        raise Http404
    return render(request, "practice/mail_folder.html", HERE | {"written": mail_folder.messages_of(user.practice)})


def message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "practice/mail_message.html", HERE | {"mail": _found(request, name)})


def attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    files = _found(request, name).attachments
    if not 1 <= number <= len(files):
        raise Http404
    file_name, content = files[number - 1]
    headers = {"Content-Disposition": f'inline; filename="{file_name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _found(request: HttpRequest, name: str) -> mail_folder.Written:
    user = permitted(request, "mail.read")
    found = mail_folder.message_of(user.practice, name) if mail_folder.is_there() else None
    if found is None:
        raise Http404
    return found
