"""What is refused before anybody is asked."""

from __future__ import annotations

import pytest

from cutroom.accounts.oidc.flow import own_path
from cutroom.accounts.oidc.provider import Provider
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings


@pytest.mark.parametrize(
    "path",
    ["https://evil.test", "//evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test", "javascript:alert(1)", ""],
)
def test_one_goes_on_on_this_server(path: str) -> None:
    assert own_path(path) == "/"


def test_a_path_of_ours_stays_as_it_is() -> None:
    assert own_path("/library/a%20b?x=//y#z") == "/library/a%20b?x=//y#z"


@pytest.mark.parametrize(
    "settings",
    [
        {"oidc_issuer": "https://id.school.example"},
        {"oidc_issuer": "http://id.school.example", "oidc_client_id": "x"},
        {"oidc_issuer": "https://id.school.example/?a=b", "oidc_client_id": "x"},
        {"oidc_issuer": "id.school.example", "oidc_client_id": "x"},
        {"oidc_issuer": "https://me:secret@id.school.example", "oidc_client_id": "x"},
    ],
    ids=str,
)
def test_settings_that_are_not_whole_or_not_safe_stop_the_start(settings: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        Provider.of(Settings.model_validate(settings))


def test_who_sets_no_provider_has_none() -> None:
    assert Provider.of(Settings()) is None
