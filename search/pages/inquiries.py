"""Takes requests for what search did not find, without cookies and without a word about who asks.

Machines that fill in forms are kept out by four plain means: a field that people do not see, a mark that only our form has, a
limit on links, and a limit on how many requests come from one place in an hour. The place is kept
for that hour only, as a keyed hash.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core import signing
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..models.inquiry import LONGEST_SOUGHT, LONGEST_WISH, Inquiry

SALT = "search.inquiry"
MOST_LINKS = 2
MOST_AN_HOUR = 5
MOST_AN_HOUR_IN_ALL = 200
HOUR_SECONDS = 3600
_LINK = re.compile(r"(?:https?://|www\.)\S|\[url", re.IGNORECASE)


class TooManyError(Exception):
    """More requests came in an hour than people make."""


class InquiryForm(forms.Form):
    """What somebody wishes for. `mark` is set by `new_form`; `website` is a trap that stays empty."""

    wish = forms.CharField(
        max_length=LONGEST_WISH,
        error_messages={"required": "Say in a few words what would help you."},
        widget=forms.Textarea,
    )
    sought = forms.CharField(required=False, widget=forms.HiddenInput)
    mark = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(required=False)

    def clean_wish(self) -> str:
        """Refuse what holds no word, or more links than a request needs."""
        wish: str = self.cleaned_data["wish"].strip()
        if not re.search(r"[^\W_]{2}", wish):
            raise forms.ValidationError("Say in a few words what would help you.")
        if len(_LINK.findall(wish)) > MOST_LINKS:
            raise forms.ValidationError(f"Please leave the links out: more than {MOST_LINKS} look like advertising.")
        return wish

    def clean(self) -> dict[str, Any]:
        """Refuse what was not sent from a form of ours. How long somebody took is their own affair."""
        cleaned = super().clean() or {}
        if not _is_ours(cleaned.get("mark", "")):
            raise forms.ValidationError("We could not check this form. Select ‘Ask for it’ again to send it.")
        return cleaned

    @property
    def is_trapped(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))


def new_form(sought: str) -> InquiryForm:
    """Return an empty form for somebody who looked for `sought` in vain."""
    return InquiryForm(initial={"sought": sought[:LONGEST_SOUGHT], "mark": new_mark()})


def new_mark() -> str:
    """Return a signed mark of this moment."""
    return signing.dumps(timezone.now().timestamp(), salt=SALT)


def _is_ours(mark: str) -> bool:
    try:
        signing.loads(mark[:200], salt=SALT)
    except signing.BadSignature:
        return False
    return True


def take(form: InquiryForm, address: str) -> Inquiry:
    """Keep what a valid form says; raises TooManyError when `address` (or everybody together) has asked too often."""
    place = salted_hmac(SALT, address).hexdigest()[:24]
    for name, most in ((place, MOST_AN_HOUR), ("all", MOST_AN_HOUR_IN_ALL)):
        key = f"inquiries:{name}"
        cache.add(key, 0, HOUR_SECONDS)
        try:
            count = cache.incr(key)
        except ValueError:  # it ran out between the two
            count = 1
        if count > most:
            raise TooManyError
    sought = " ".join(form.cleaned_data["sought"].split())[:LONGEST_SOUGHT]
    return Inquiry.objects.create(sought=sought, wish=form.cleaned_data["wish"])
