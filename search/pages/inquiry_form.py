"""The box in which somebody asks the academy for what search did not find."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cms.limits.addresses import address_of

from ..models.inquiry import LONGEST_SOUGHT
from .inquiries import InquiryForm, TooManyError, new_form, new_mark, take


# Exempt from the cookie check: it would set a cookie for everybody who finds nothing, and what is sent here acts for nobody.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it; what is wrong is told beside what was written, which stays."""
    if request.method != "POST":
        return render(request, "search/ask.html", {"form": new_form(request.GET.get("q", "").replace("\0", " "))})
    form = InquiryForm(request.POST)
    if form.is_trapped:
        return redirect("search:asked")
    if not form.is_valid():
        return _again(request, form, 400)
    try:
        take(form, address_of(request.META))
    except TooManyError:
        form.add_error(
            None,
            "There were too many requests from your network in the last hour. Try again later. We have not "
            "kept anything yet.",
        )
        return _again(request, form, 429)
    return redirect("search:asked")


def _again(request: HttpRequest, form: InquiryForm, status: int) -> HttpResponse:
    # A fresh mark, so that a form that lay open too long can simply be sent again.
    form.data = {
        "wish": form.data.get("wish", "").replace("\0", " "),
        "sought": form.data.get("sought", "").replace("\0", " ")[:LONGEST_SOUGHT],
        "mark": new_mark(),
    }
    return render(request, "search/ask.html", {"form": form}, status=status)


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Say thank you."""
    return render(request, "search/asked.html")
