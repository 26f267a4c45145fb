"""The benchmark's clip made with MoviePy; run in an environment of its own."""

import sys

from moviepy import CompositeVideoClip, TextClip, VideoFileClip, clips_array, concatenate_videoclips

source, target, font, preset, crf, threads = sys.argv[1:]
RATE, CUTS, KEPT, STEP = 30, 12, 25, 40

whole = VideoFileClip(source)
pieces = []
for number in range(CUTS):
    piece = whole.subclipped(number * STEP / RATE, (number * STEP + KEPT) / RATE)
    screen = piece.cropped(x1=112, width=1215, y1=0, height=1080).resized((1080, 960))
    camera = piece.cropped(x1=1440, width=480, y1=650, height=426).resized((1080, 960))
    pieces.append(clips_array([[screen], [camera.without_audio()]]))
programme = concatenate_videoclips(pieces)
words = [
    TextClip(font, text=f"word{number}", font_size=90, color="white", stroke_color="black", stroke_width=6)
    .with_start(number * 12 / RATE)
    .with_duration(12 / RATE)
    .with_position(("center", 1350))
    for number in range(CUTS * KEPT // 12)
]
CompositeVideoClip([programme, *words], size=(1080, 1920)).write_videofile(
    target, fps=RATE, codec="libx264", audio_codec="aac", preset=preset, threads=int(threads),
    ffmpeg_params=["-crf", crf], logger=None,
)  # fmt: skip
