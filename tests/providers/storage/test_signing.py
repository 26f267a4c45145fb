"""A signature is the one that the service reckons too."""

from __future__ import annotations

from datetime import UTC, datetime

from cutroom.providers.storage.signing import Key, sign


def test_the_published_example_is_signed_as_published() -> None:
    """Source: AWS, "Authenticating Requests: Using Query Parameters", example of a presigned address."""
    signed = sign(
        "GET",
        "https://examplebucket.s3.amazonaws.com/test.txt",
        {},
        key=Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region="us-east-1",
        at=datetime(2013, 5, 24, tzinfo=UTC),
        expires_s=86400,
    )
    assert signed == (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


def test_a_key_does_not_show_its_secret() -> None:
    assert repr(Key("access", "secret", "token")) == "Key(access='access')"
