"""Teletext in a transport stream (EN 300 706, EN 300 472), which nothing at hand can write."""

PAGE_PID = 0x180
MAP_PID, PICTURE_PID = 0x1000, 0x100  # where ffmpeg puts them
LETTERS = {"ə": "e", "ş": "s", "ı": "i", "ğ": "g", "ç": "c", "ö": "o", "ü": "u"}  # those of the Latin primary set


def reversed_bits(byte):
    return int(f"{byte:08b}"[::-1], 2)


def hamming(nibble):
    """Hamming 8/4 (EN 300 706 §8.2)."""
    d1, d2, d3, d4 = ((nibble >> n) & 1 for n in range(4))
    p1, p2, p3 = 1 ^ d1 ^ d3 ^ d4, 1 ^ d1 ^ d2 ^ d4, 1 ^ d1 ^ d2 ^ d3
    p4 = 1 ^ p1 ^ d1 ^ p2 ^ d2 ^ p3 ^ d3 ^ d4
    return sum(bit << n for n, bit in enumerate((p1, d1, p2, d2, p3, d3, p4, d4)))


def odd_parity(byte):
    byte &= 0x7F
    return byte | (0x80 if bin(byte).count("1") % 2 == 0 else 0)


def packet(magazine, row, data):
    address = (row << 3) | (magazine & 7)
    return bytes([hamming(address & 15), hamming(address >> 4)]) + data


def header(magazine, page, subtitle, language=0):
    """The row that begins a page, and ends the one before it in its magazine."""
    units, tens = page & 15, page >> 4
    erase = 8
    data = bytes(map(hamming, (units, tens, 0, erase, 0, 8 if subtitle else 0, 1, language << 1 & 14)))
    return packet(magazine, 0, data + bytes([odd_parity(0x20)] * 32))


def text_row(magazine, row, text):
    plain = "".join(LETTERS.get(letter, letter) for letter in text)
    content = [0x0D, 0x0B, 0x0B, *plain.encode("ascii"), 0x0A, 0x0A]
    content += [0x20] * (40 - len(content))
    return packet(magazine, row, bytes(map(odd_parity, content)))


def data_unit(line, content):
    return bytes([0x03, 0x2C, 0xC0 | 0x20 | line, 0xE4]) + bytes(map(reversed_bits, content))


def elementary(pts, packets):
    """A PES packet: its header has 45 bytes, and all of it fills transport packets exactly."""
    units = b"".join(data_unit(7 + n, content) for n, content in enumerate(packets))
    while (45 + 1 + len(units)) % 184:
        units += b"\xff\x2c" + b"\xff" * 44
    stamp = bytes([0x21 | (pts >> 29 & 14), pts >> 22 & 255, 1 | (pts >> 14 & 254), pts >> 7 & 255, 1 | (pts << 1 & 254)])
    head = b"\x84\x80\x24" + stamp + b"\xff" * 31
    body = head + b"\x10" + units
    return b"\x00\x00\x01\xbd" + len(body).to_bytes(2, "big") + body


def checksum(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc.to_bytes(4, "big")


def with_stream(section, entry):
    """A programme's map (ISO/IEC 13818-1 §2.4.4.9) with one more stream in it."""
    length = (section[1] & 15) << 8 | section[2]
    body = section[3:3 + length - 4] + entry
    whole = bytes([section[0]]) + (0xB000 | len(body) + 4).to_bytes(2, "big") + body
    return whole + checksum(whole)


def packets_of(pid, content, counter):
    """Transport packets, each full."""
    for n in range(0, len(content), 184):
        start = 0x40 if n == 0 else 0
        yield bytes([0x47, start | pid >> 8, pid & 255, 0x10 | counter]) + content[n:n + 184].ljust(184, b"\xff")
        counter = (counter + 1) % 16


def time_of(packet):
    """The presentation time in a transport packet that begins a picture or sound; None: it does not."""
    payload = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
    head = packet[payload:]
    if not packet[1] & 0x40 or head[:3] != b"\0\0\x01" or not head[7] & 0x80:
        return None
    a, b, c, d, e = head[9:14]
    return (a >> 1 & 7) << 30 | b << 22 | (c >> 1) << 15 | d << 7 | e >> 1


def clock_in(packet):
    """The programme's clock in a transport packet, in the unit of its times; None: it has none."""
    if not packet[3] & 0x20 or packet[4] < 7 or not packet[5] & 0x10:
        return None
    return int.from_bytes(packet[6:11], "big") >> 7


def with_teletext(stream, pages, language="aze", page=0x88, magazine=8):
    """A transport stream of ffmpeg's with subtitles on page 888: from each time (ms) on these lines are shown, or none."""
    kind = 0x02 << 3 | magazine & 7
    descriptor = b"\x56\x05" + language.encode() + bytes([kind, page])
    entry = b"\x06" + (0xE000 | PAGE_PID).to_bytes(2, "big") + (0xF000 | len(descriptor)).to_bytes(2, "big") + descriptor
    end = header(magazine, 0xFF, False)
    left, out, counter, begun = list(pages), bytearray(), 0, None
    for n in range(0, len(stream) - 187, 188):
        packet = stream[n:n + 188]
        pid = (packet[1] & 31) << 8 | packet[2]
        if pid == MAP_PID:
            section = with_stream(packet[5:], entry)
            packet = packet[:4] + (b"\0" + section).ljust(184, b"\xff")
        if pid == PICTURE_PID and begun is None:
            begun = time_of(packet)
        # Teletext is sent when it is to be seen: receivers go by the clock, not by its own times.
        now = clock_in(packet)
        while left and None not in (begun, now) and begun + left[0][0] * 90 <= now:
            at, lines = left.pop(0)
            rows = [text_row(magazine, 22 - 2 * len(lines) + 2 * n, line) for n, line in enumerate(lines)]
            # A page of news in between, which is nobody's words.
            news = [header(1, 0x00, False), text_row(1, 5, "Hava 21 C"), header(1, 0xFF, False)]
            content = elementary(begun + at * 90, [header(magazine, page, True), *rows, end, *news])
            for piece in packets_of(PAGE_PID, content, counter):
                out += piece
                counter = (counter + 1) % 16
        out += packet
    return bytes(out)
