"""Fingerprints: what a recording looks and sounds like, in few numbers that survive another encoding."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.database import Base


class Sense(StrEnum):
    """What a fingerprint is of."""

    PICTURE = "picture"
    SOUND = "sound"


class Fingerprint(Base):
    """What an asset looks or sounds like, from its start to its end at an even pace."""

    __tablename__ = "fingerprint"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    sense: Mapped[Sense] = mapped_column(primary_key=True)
    #: Of how it is made: only those of one version can be compared.
    version: Mapped[int]
    step_s: Mapped[float]
    #: A hash for each step, base 64.
    hashes: Mapped[str] = mapped_column(Text)


class FingerprintKey(Base):
    """A place in an asset, by what is seen or heard there: who has many keys in common is looked at closer."""

    __tablename__ = "fingerprint_key"
    __table_args__ = (Index("ix_fingerprint_key_asset_id_sense", "asset_id", "sense"),)

    sense: Mapped[Sense] = mapped_column(primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    #: Steps from the start.
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
