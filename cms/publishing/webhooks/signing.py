"""Signs what is sent, as Standard Webhooks lays down, so that a receiver knows that it is us, unchanged, and now."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from standardwebhooks.webhooks import Webhook

SECRET_MARK = "whsec_"  # noqa: S105
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a new secret: `whsec_` and 32 random bytes in base64."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(message_id: str, at: datetime, body: str, with_secrets: Iterable[str]) -> dict[str, str]:
    """Return the three headers; with several secrets (while one replaces another) a signature by each."""
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in with_secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
