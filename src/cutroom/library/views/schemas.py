"""What views look like over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cutroom.library.schemas import AssetView

#: Seconds of a recording; none has more than a few days.
Second = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class ViewsView(BaseModel):
    """How often a recording was viewed."""

    views: int = Field(description="One for each viewer and window, and for each guest and day.")
    guest_views: int = Field(description="How many of them were guests', who have no account.")
    viewers: int = Field(description="People with an account who came in the last 400 days.")


class CountedView(ViewsView):
    """What became of a view."""

    counted: bool = Field(description="False while the viewer's last one is too young.")


class Played(BaseModel):
    """A stretch of the recording that was played."""

    model_config = ConfigDict(extra="forbid")

    start_s: Second
    end_s: Second

    @model_validator(mode="after")
    def _goes_on(self) -> Played:
        if self.end_s < self.start_s:
            raise ValueError("a stretch ends at or after its start")
        return self


class Watched(BaseModel):
    """What a player played since it last told."""

    model_config = ConfigDict(extra="forbid")

    played: list[Played] = Field(max_length=100, description="In the order in which it was played.")
    position_s: Second | None = Field(default=None, description="Where it is now; the end of the last when unset.")


class PositionView(BaseModel):
    """Where a viewer is in a recording."""

    position_s: float = Field(description="0 for who never began, or came to the end.")
    finished: bool
    watched_at: datetime | None


class WatchingView(PositionView):
    """A recording that a viewer began."""

    asset: AssetView


class DayView(BaseModel):
    """Views of a day."""

    day: date
    views: int


class RetentionView(BaseModel):
    """What of a recording is watched."""

    views: int
    guest_views: int
    viewers: int
    watched_s: int = Field(description="Played by those viewers, over all times.")
    bucket_s: int
    played: list[float] = Field(description="How often each bucket was played, on average over its seconds.")
    days: list[DayView] = Field(description="Days with views, in UTC, oldest first.")
