"""Giving a handed-over tablet back: the staff's password, and only then the record."""

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from practice.handing_over import handed_over, take_back
from practice.views.guarding import signed_in


def give_back(request: HttpRequest) -> HttpResponse:
    """Thanks to the patient, and a field for the password of whoever handed it over. Wrong ones count towards the lock-out."""
    user = signed_in(request)
    if handed_over(request) is None:
        return redirect("today")
    wrong = False
    if request.method == "POST":
        found = authenticate(request, username=user.email, email=user.email, password=request.POST.get("password", ""))
        if found is not None and found.pk == user.pk:
            return redirect(take_back(request))
        wrong = True
    return render(request, "practice/give_back.html", {"wrong": wrong}, status=422 if wrong else 200)
