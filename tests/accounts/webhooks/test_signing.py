"""Signatures, held to the official library and to what it publishes."""

from __future__ import annotations

import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from cutroom.accounts.webhooks.signing import headers, new_secret, sign

BODY = '{"type":"asset.ready","data":{"title":"Größe"}}'


@pytest.mark.parametrize(
    ("secret", "message_id", "timestamp", "body", "signature"),
    [
        # The specification's own example, and the vector that its libraries are tested with.
        (
            "whsec_plJ3nmyCDGBKInavdOK15jsl",
            "msg_loFOjxBNrRLzqYUf",
            1731705121,
            '{"event_type":"ping","data":{"success":true}}',
            "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
        ),
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            '{"test": 2432232314}',
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ],
)
def test_published_vectors_are_met(secret: str, message_id: str, timestamp: int, body: str, signature: str) -> None:
    assert sign(secret, message_id, timestamp, body) == signature


def test_the_official_library_takes_what_is_sent() -> None:
    secret = new_secret()
    sent = headers([secret], "evt_1", int(time.time()), BODY)
    assert Webhook(secret).verify(BODY, sent)["type"] == "asset.ready"
    assert Webhook(secret).verify(BODY, {name.upper(): value for name, value in sent.items()})


def test_both_secrets_are_good_while_one_is_replaced() -> None:
    new, before = new_secret(), new_secret()
    sent = headers([new, before], "evt_1", int(time.time()), BODY)
    assert len(sent["webhook-signature"].split()) == 2
    Webhook(new).verify(BODY, sent)
    Webhook(before).verify(BODY, sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, sent)


def test_nothing_of_a_message_can_be_changed() -> None:
    secret, moment = new_secret(), int(time.time())
    sent = headers([secret], "evt_1", moment, BODY)
    for body, changed in [
        (BODY + " ", {}),
        (BODY, {"webhook-id": "evt_2"}),
        (BODY, {"webhook-timestamp": str(moment + 1)}),
        (BODY, headers([secret], "evt_1", moment - 301, BODY)),
        (BODY, headers([secret], "evt_1", moment + 301, BODY)),
    ]:
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, {**sent, **changed})


def test_each_secret_is_another_of_256_bits() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(secret.startswith("whsec_") and len(secret) == 6 + 44 for secret in made)
