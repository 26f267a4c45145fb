"""What factors look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from cutroom.accounts.schemas import Password, Secret
from cutroom.core.inputs import Line

Code = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", examples=["492039"], description="Of a program for one-time passwords.")
]
#: Its members are the browser's, which adds to them: the library reads those that it needs.
Credential = Annotated[
    dict[str, Any], Field(description="What `PublicKeyCredential.toJSON()` gives.", examples=[{"type": "public-key"}])
]
Options = Annotated[dict[str, Any], Field(description="For the browser, as `parse…OptionsFromJSON` reads it.")]
PasskeyName = Annotated[Line, Field(max_length=100, examples=["My phone"])]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SecondFactor(_Request):
    """What the password's challenge is answered with: one of the three."""

    challenge: Secret
    code: Code | None = None
    recovery_code: Annotated[SecretStr, Field(max_length=100)] | None = None
    passkey: Credential | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.code, self.recovery_code, self.passkey].count(None) != 2:
            raise ValueError("give one of code, recovery_code and passkey")
        return self


class Proof(_Request):
    """What shows that it is still you: one of the two."""

    password: Password | None = None
    code: Code | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.password is None) == (self.code is None):
            raise ValueError("give one of password and code")
        return self


class PasskeyAnswer(_Request):
    """What a browser answered."""

    credential: Credential


class NewPasskey(PasskeyAnswer):
    """A passkey to be kept."""

    name: PasskeyName


class PasskeyChange(_Request):
    """What to change of a passkey."""

    name: PasskeyName


class PasskeyOut(BaseModel):
    """A passkey, without its key."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    backed_up: bool = Field(description="Whether it is kept on further devices of yours.")
    created_at: datetime
    used_at: datetime | None


class Factors(BaseModel):
    """What signs you in besides the password."""

    one_time_passwords: bool
    passkeys: list[PasskeyOut]
    recovery_codes_left: int
    proof_needed: bool = Field(description="Whether a change wants your password or a code first.")


class TotpSeed(BaseModel):
    """What a program for one-time passwords needs; shown this once."""

    secret: str = Field(description="In base 32, for typing.")
    url: str = Field(description="The same for a picture.", examples=["otpauth://totp/Cutroom:ada?secret=…"])


class TotpConfirmation(_Request):
    """The first code, which shows that the program has the seed."""

    code: Code


class RecoveryCodes(BaseModel):
    """Codes that stand in for a factor, each once; shown this once."""

    recovery_codes: list[str]


class AddedFactor(BaseModel):
    """A factor that counts from now on."""

    recovery_codes: list[str] | None = Field(
        description="With the first factor: codes that stand in for it, each once; shown this once."
    )


class AddedPasskey(AddedFactor):
    """A passkey that counts from now on."""

    passkey: PasskeyOut
