"""Subtitles that are pictures, as discs have them (PGS in a .sup file): ffmpeg makes none of text."""

import struct

WIDTH, HEIGHT = 352, 288
BOX = (32, 240, 200, 24)  # left, top, width, height


def segment(at_ms, kind, content):
    return b"PG" + struct.pack(">IIBH", at_ms * 90, at_ms * 90, kind, len(content)) + content


def run(colour, length):
    """A run of one colour, up to 63 or 16383 pixels long."""
    if length < 64:
        return bytes([0, 0x80 | length, colour])
    return bytes([0, 0xC0 | length >> 8, length & 255, colour])


def shown(at_ms, number):
    left, top, width, height = BOX
    composition = struct.pack(">HHBHBBBB", WIDTH, HEIGHT, 0x10, number, 0x80, 0, 0, 1)
    composition += struct.pack(">HBBHH", 0, 0, 0, left, top)
    window = struct.pack(">BBHHHH", 1, 0, left, top, width, height)
    palette = bytes([0, 0, 1, 235, 128, 128, 255, 2, 16, 128, 128, 255])
    line = run(1, width // 2) + run(2, width - width // 2) + b"\0\0"
    picture = line * height
    data = struct.pack(">HBB", 0, 0, 0xC0) + (len(picture) + 4).to_bytes(3, "big")
    data += struct.pack(">HH", width, height) + picture
    return b"".join(segment(at_ms, kind, content) for kind, content in
                    ((0x16, composition), (0x17, window), (0x14, palette), (0x15, data), (0x80, b"")))


def hidden(at_ms, number):
    left, top, width, height = BOX
    composition = struct.pack(">HHBHBBBB", WIDTH, HEIGHT, 0x10, number, 0, 0, 0, 0)
    window = struct.pack(">BBHHHH", 1, 0, left, top, width, height)
    return b"".join(segment(at_ms, kind, content) for kind, content in
                    ((0x16, composition), (0x17, window), (0x80, b"")))


def presentation_graphics(times):
    """A box in two colours from and until each of these times, in milliseconds."""
    out = b""
    for n, (begin, end) in enumerate(times):
        out += shown(begin, 2 * n) + hidden(end, 2 * n + 1)
    return out
