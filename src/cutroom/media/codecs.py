"""What is let near a decoder: containers, codecs and sizes.

A container that can name other files (playlists, ``concat``, image sequences) is never on the list: an uploaded
playlist made ffmpeg read a stranger's file although only the ``file`` protocol was allowed.
"""

from __future__ import annotations

#: Demuxers, by the names ffmpeg matches them with.
CONTAINERS: tuple[str, ...] = (
    "aac", "ac3", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dv", "eac3", "flac", "flv", "gxf", "matroska",
    "mov", "mp3", "mpeg", "mpegts", "mxf", "ogg", "tta", "w64", "wav", "wv",
)  # fmt: skip

#: Decoders of pictures that cameras, recorders and screen grabbers write.
VIDEO_DECODERS: tuple[str, ...] = (
    "av1", "cfhd", "cinepak", "dnxhd", "dvvideo", "ffv1", "flv", "h263", "h264", "hevc", "huffyuv", "ffvhuff",
    "libaom-av1", "libdav1d", "libvpx", "libvpx-vp9", "mjpeg", "mpeg1video", "mpeg2video", "mpeg4", "msmpeg4",
    "msmpeg4v2", "msrle", "msvideo1", "png", "prores", "qtrle", "rawvideo", "svq3", "theora", "utvideo", "v210",
    "vc1", "vp6", "vp6f", "vp8", "vp9", "wmv1", "wmv2", "wmv3",
)  # fmt: skip

#: Decoders of sound.
AUDIO_DECODERS: tuple[str, ...] = (
    "aac", "aac_latm", "ac3", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf", "adpcm_yamaha", "alac",
    "amrnb", "amrwb", "ape", "dca", "eac3", "flac", "gsm", "gsm_ms", "libopencore_amrnb", "libopencore_amrwb",
    "libopus", "libvorbis", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float", "nellymoser", "opus",
    "pcm_alaw", "pcm_bluray", "pcm_dvd", "pcm_f32be", "pcm_f32le", "pcm_f64be", "pcm_f64le", "pcm_mulaw",
    "pcm_s16be", "pcm_s16be_planar", "pcm_s16le", "pcm_s16le_planar", "pcm_s24be", "pcm_s24le", "pcm_s24le_planar",
    "pcm_s32be", "pcm_s32le", "pcm_s32le_planar", "pcm_s8", "pcm_s8_planar", "pcm_u8", "speex", "truehd", "tta",
    "vorbis", "wavpack", "wmalossless", "wmapro", "wmav1", "wmav2",
)  # fmt: skip

#: 8K: 8192 × 4320.
MAX_PIXELS = 35_389_440
#: Streams that are opened; a file that fills them is refused, because there may be more.
MAX_STREAMS = 64
#: Chapters that a file may carry; one of 5 MB with 60,000 of them made 20 MB of JSON.
MAX_CHAPTERS = 1000
#: Frames a second; slow-motion cameras reach 240.
MAX_RATE = 480
#: Containers whose time stamps may start a new count in the middle (AVFMT_TS_DISCONT).
RESTARTING = frozenset({"mpegts", "mpeg"})
#: One allocation of ffmpeg's own, in bytes: a 16-bit 4:4:4 picture of ``MAX_PIXELS`` with its edges fits.
MAX_ALLOC = 512 * 1024 * 1024


def input_options() -> dict[str, str]:
    """Give the options that go before every file that ffmpeg or its libraries open."""
    return {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(CONTAINERS),
        "codec_whitelist": ",".join(VIDEO_DECODERS + AUDIO_DECODERS),
        "max_streams": str(MAX_STREAMS),
    }
