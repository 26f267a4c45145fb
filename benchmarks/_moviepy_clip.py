"""The benchmark's clip made with MoviePy; run in an environment of its own, told what to make by a file of JSON."""

import json
import sys
from pathlib import Path

from moviepy import CompositeVideoClip, TextClip, VideoFileClip, concatenate_videoclips

order = json.loads(Path(sys.argv[1]).read_text())
size = tuple(order["size"])

whole = VideoFileClip(order["source"])
pieces = []
for start_s, stop_s in order["stretches"]:
    piece = whole.subclipped(start_s, stop_s)
    panes = [
        piece.cropped(x1=x, y1=y, width=width, height=height).resized(tuple(place[2:])).with_position(tuple(place[:2]))
        for (x, y, width, height), place in order["panes"]
    ]
    pieces.append(CompositeVideoClip([panes[0], *(pane.without_audio() for pane in panes[1:])], size=size))
words = [
    TextClip(order["font"], text=text, font_size=90, color="white", stroke_color="black", stroke_width=6)
    .with_start(start_s)
    .with_duration(duration_s)
    .with_position(("center", 1350))
    for text, start_s, duration_s in order["words"]
]
CompositeVideoClip([concatenate_videoclips(pieces), *words], size=size).write_videofile(
    order["target"], fps=order["rate"], codec="libx264", audio_codec="aac", preset=order["preset"],
    threads=order["threads"], ffmpeg_params=["-crf", order["crf"]], logger=None,
)  # fmt: skip
