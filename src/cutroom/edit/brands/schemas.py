"""What brand kits look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cutroom.core.inputs import Line
from cutroom.edit.brands.films import film_of
from cutroom.edit.brands.models import BrandKit, Corner, End
from cutroom.edit.documents import Colour, FaceName

BrandName = Annotated[Line, Field(max_length=100, examples=["Physics department"])]
Share = Annotated[float, Field(ge=0.03, le=0.6, description="The logo's width, a share of the frame's.")]
Opacity = Annotated[float, Field(ge=0.05, le=1)]


class NewBrand(BaseModel):
    """A brand kit to be made; its logo, intro and outro are sent afterwards."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Physics", "fill": "#ffffff", "lit": "#ffd60a"}]}
    )

    name: BrandName
    fill: Colour | None = Field(default=None, description="Of captions; null as their style has it.")
    lit: Colour | None = Field(default=None, description="Of the word that is spoken.")
    face: FaceName | None = Field(default=None, description="The letters of captions.")
    logo_corner: Corner = Corner.TOP_RIGHT
    logo_share: Share = 0.18
    logo_opacity: Opacity = 1.0


class BrandChange(BaseModel):
    """What is changed of a brand kit; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"lit": "#35e04b"}]})

    name: BrandName | None = None
    fill: Colour | None = Field(default=None, description="Null as the captions' style has it.")
    lit: Colour | None = None
    face: FaceName | None = None
    logo_corner: Corner | None = None
    logo_share: Share | None = None
    logo_opacity: Opacity | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("say what is to be changed")
        for name in self.model_fields_set - {"fill", "lit", "face"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null: leave it out")
        return self


class BrandFilm(BaseModel):
    """A short film that clips begin or end with."""

    name: str = Field(description="As its sender called the file.", examples=["intro.mp4"])
    url: str
    size_bytes: int
    duration_s: float
    width: int
    height: int


class BrandView(BaseModel):
    """A brand kit."""

    id: UUID
    owner_id: UUID | None = Field(description="Who may change it, beside administrators.")
    name: str
    fill: str | None
    lit: str | None
    face: str | None
    logo_url: str | None = Field(description="A PNG; null without a logo.")
    logo_width: int = Field(description="Pixels; 0 without a logo.")
    logo_height: int
    logo_corner: Corner
    logo_share: float
    logo_opacity: float
    intro: BrandFilm | None = Field(description="What clips begin with; null without.")
    outro: BrandFilm | None = Field(description="What clips end with.")
    created_at: datetime
    changed_at: datetime


def view_brand(brand: BrandKit) -> BrandView:
    """Put a brand kit into words."""
    own = {name: getattr(brand, name) for name in BrandView.model_fields.keys() - {"logo_url", "intro", "outro"}}
    return BrandView(
        **own,
        logo_url=f"/api/v1/brands/{brand.id}/logo" if brand.logo_sha256 else None,
        intro=_view_film(brand, End.INTRO),
        outro=_view_film(brand, End.OUTRO),
    )


def _view_film(brand: BrandKit, end: End) -> BrandFilm | None:
    film = film_of(brand, end)
    if film is None:
        return None
    return BrandFilm(
        name=film.name,
        url=f"/api/v1/brands/{brand.id}/{end}",
        size_bytes=film.size_bytes,
        duration_s=float(film.media.duration_s),
        width=film.media.width,
        height=film.media.height,
    )
