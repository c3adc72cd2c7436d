#!/usr/bin/env python3
"""Makes the corpus: recordings as teachers and television bring them, and what is no recording at all.

    make.py FOLDER [NAME…]      all of them, or those that are named; prints what it made, one name a line

Needs ffmpeg. Each is a few seconds long and as small as what is unusual about it allows.
"""

import pathlib
import random
import struct
import subprocess
import sys

from broadcast import with_teletext
from pictures import presentation_graphics

SECONDS = 4
PICTURE = f"-f lavfi -i testsrc2=size=320x180:rate=25:duration={SECONDS}"
SOUND = f"-f lavfi -i sine=frequency=330:sample_rate=44100:duration={SECONDS}"
H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 50"
AAC = "-c:a aac -b:a 64k"
MAKERS = {}


def recording(name):
    def keep(maker):
        MAKERS[name] = maker
        return maker
    return keep


def ffmpeg(line, *last):
    """Words of `line` between spaces, then `last` as they are."""
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *line.split(), *map(str, last)],
                   check=True, stdin=subprocess.DEVNULL)


def beside(path, suffix):
    """A file that only helps to make `path`."""
    return path.with_name(f".{path.stem}-{suffix}")


def times(from_ms, to_ms):
    clock = "{:02}:{:02}:{:02},{:03}"
    parts = [(ms // 3_600_000, ms // 60_000 % 60, ms // 1000 % 60, ms % 1000) for ms in (from_ms, to_ms)]
    return " --> ".join(clock.format(*part) for part in parts)


def subrip(path, cues):
    path.write_text("".join(f"{n}\n{times(a, b)}\n{text}\n\n" for n, (a, b, text) in enumerate(cues, 1)))


# ── As television sends it ──────────────────────────────────────────────────────────────────────────

OFF_AIR = ("-vf tinterlace=interleave_top,setsar=16/11 -c:v mpeg2video -flags +ildct+ilme -top 1 -b:v 1M "
           "-c:a mp2 -b:a 96k -ar 48000")


@recording("off-air.ts")
def off_air(path):
    """Interlaced, two sounds, teletext subtitles and DVB subtitles, which are pictures."""
    graphics = beside(path, "graphics.sup")
    graphics.write_bytes(presentation_graphics([(500, 1500), (2000, 3000)]))
    received = beside(path, "received.ts")
    ffmpeg(f"-f lavfi -i testsrc2=size=352x288:rate=50:duration={SECONDS} {SOUND} {SOUND} -f sup -i", graphics,
           *f"-map 0 -map 1 -map 2 -map 3 {OFF_AIR} -c:s dvbsub -metadata:s:a:0 language=aze "
            "-metadata:s:a:1 language=rus -metadata:s:s:0 language=rus -f mpegts".split(), received)
    pages = [(500, ["Salam, uşaqlar"]), (1500, ["Bu gün", "iki sətir"]), (2500, [])]
    path.write_bytes(with_teletext(received.read_bytes(), pages))


@recording("cut.ts")
def cut_transport_stream(path):
    """Broken off in the middle of a packet, and begun in the middle of another."""
    whole = beside(path, "whole.ts")
    ffmpeg(f"-f lavfi -i testsrc2=size=352x288:rate=50:duration={SECONDS} {SOUND} {OFF_AIR} -f mpegts", whole)
    content = whole.read_bytes()
    path.write_bytes(content[100:len(content) * 3 // 4 // 188 * 188 + 77])


# ── As phones and computers record it ───────────────────────────────────────────────────────────────

@recording("phone.mp4")
def phone(path):
    """Recorded upright: a lying picture that players turn."""
    upright = beside(path, "lying.mp4")
    ffmpeg(f"{PICTURE} {SOUND} {H264} {AAC}", upright)
    ffmpeg("-i", upright, "-c", "copy", "-metadata:s:v:0", "rotate=90", path)


@recording("screen.mp4")
def screen(path):
    """A picture only when something moves."""
    ffmpeg(f"-f lavfi -i testsrc2=size=320x180:rate=30:duration={SECONDS} {SOUND} "
           f"-vf select='gt(mod(n,30),20)+not(mod(n,11))' -vsync vfr {H264} {AAC}", path)


@recording("screen.mkv")
def screen_matroska(path):
    ffmpeg(f"-f lavfi -i testsrc2=size=320x180:rate=30:duration={SECONDS} {SOUND} "
           f"-vf select='gt(mod(n,30),20)+not(mod(n,11))' -vsync vfr {H264} {AAC}", path)


@recording("hevc.mkv")
def hevc(path):
    """HEVC of ten bits, and words as text."""
    words = beside(path, "words.srt")
    subrip(words, [(500, 1500, "Salam, uşaqlar"), (2000, 3000, "<script>alert(1)</script>Bu gün")])
    ffmpeg(f"{PICTURE} {SOUND} -i", words, *f"-map 0 -map 1 -map 2 -c:v libx265 -x265-params log-level=none "
           f"-preset ultrafast -pix_fmt yuv420p10le {AAC} -c:s srt -metadata:s:s:0 language=aze".split(), path)


@recording("hdr.mp4")
def high_dynamic_range(path):
    """As phones film it: HEVC of ten bits, brighter than ordinary screens."""
    ffmpeg(f"{PICTURE} {SOUND} -vf format=yuv420p10le -c:v libx265 -preset ultrafast -tag:v hvc1 "
           "-x265-params log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc "
           f"{AAC}", path)


@recording("old.avi")
def old_avi(path):
    """4:3 with pixels that are not square."""
    ffmpeg(f"-f lavfi -i testsrc2=size=352x288:rate=25:duration={SECONDS} {SOUND} -vf setdar=4/3 "
           "-c:v mpeg4 -vtag xvid -b:v 300k -c:a libmp3lame", path)


@recording("old.wmv")
def old_wmv(path):
    ffmpeg(f"{PICTURE} {SOUND} -c:v wmv2 -b:v 300k -c:a wmav2", path)


@recording("large.mp4")
def large(path):
    """More than 1080p, and hardly to be heard."""
    ffmpeg(f"-f lavfi -i testsrc2=size=2560x1440:rate=10:duration=2 {SOUND} -t 2 {H264} -af volume=0.03 {AAC}", path)


# ── What lacks something ────────────────────────────────────────────────────────────────────────────

@recording("no-sound.mp4")
def no_sound(path):
    ffmpeg(f"{PICTURE} {H264}", path)


@recording("no-picture.mp4")
def no_picture(path):
    ffmpeg(f"{SOUND} {AAC}", path)


@recording("cut.mp4")
def cut_mp4(path):
    """Index first, the end missing."""
    whole = beside(path, "whole.mp4")
    ffmpeg(f"{PICTURE} {SOUND} {H264} {AAC} -movflags faststart", whole)
    content = whole.read_bytes()
    path.write_bytes(content[:len(content) * 2 // 3])


@recording("cut.mkv")
def cut_matroska(path):
    """The header tells how long it was; the end is missing."""
    whole = beside(path, "whole.mkv")
    ffmpeg(f"-f lavfi -i testsrc2=size=320x180:rate=25:duration=20 -f lavfi -i sine=330:duration=20 {H264} {AAC}", whole)
    content = whole.read_bytes()
    path.write_bytes(content[:len(content) // 3])


# ── What lies about itself ──────────────────────────────────────────────────────────────────────────

def boxes(content, at=0, end=None):
    """Every box below `at`, with where its content begins and ends."""
    end = len(content) if end is None else end
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", content, at)
        if size < 8:
            return
        yield kind, at + 8, at + size
        if kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"):
            yield from boxes(content, at + 8, at + size)
        at += size


@recording("eight-hours.mp4")
def eight_hours(path):
    """Every header says eight hours."""
    ffmpeg(f"{PICTURE} {SOUND} {H264} {AAC}", path)
    content = bytearray(path.read_bytes())
    at_of = {b"mvhd": 16, b"tkhd": 20, b"mdhd": 16}
    scales = {b"mvhd": 12, b"mdhd": 12}
    movie = 1000
    for kind, begin, _ in boxes(content):
        if kind in at_of:
            scale = struct.unpack_from(">I", content, begin + scales[kind])[0] if kind in scales else movie
            struct.pack_into(">I", content, begin + at_of[kind], 8 * 3600 * scale)
        if kind == b"elst":
            struct.pack_into(">I", content, begin + 8, 8 * 3600 * movie)
    path.write_bytes(content)


@recording("broken-times.mp4")
def broken_times(path):
    """Pictures that are shown before and long after they are decoded, and at the same moment."""
    ffmpeg(f"-f lavfi -i testsrc2=size=320x180:rate=30:duration={SECONDS} {SOUND} "
           f"-vf select='gt(mod(n,30),20)+not(mod(n,11))' -vsync vfr {H264} -bf 2 {AAC}", path)
    content = bytearray(path.read_bytes())
    chance = random.Random(1)
    found = {}
    for kind, begin, _ in boxes(content):
        found.setdefault(kind, begin)
    for kind in (b"stts", b"ctts"):
        if kind not in found:
            continue
        begin = found[kind]
        rows = struct.unpack_from(">I", content, begin + 4)[0]
        for row in range(0, rows, 3):
            value = 0 if kind == b"stts" else chance.randrange(0, 60_000)
            struct.pack_into(">I", content, begin + 8 + 8 * row + 4, value)
    path.write_bytes(content)


# ── What is no recording ────────────────────────────────────────────────────────────────────────────

@recording("empty.mp4")
def empty(path):
    path.write_bytes(b"")


@recording("program.mp4")
def program(path):
    """A program for Windows under a recording's name."""
    head = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".ljust(0x80, b"\0") + b"PE\0\0\x64\x86"
    path.write_bytes(head + random.Random(2).randbytes(20_000))


def main():
    folder = pathlib.Path(sys.argv[1])
    names = sys.argv[2:] or list(MAKERS)
    for name in names:
        MAKERS[name](folder / name)
        print(name)
    for left in folder.glob(".*-*"):
        left.unlink()


if __name__ == "__main__":
    main()
