"""Whether the files that lie here are what the lessons claim."""

import json
import re
import struct
from pathlib import Path

from making import film, sheet
from making.lesson import HERE, Fault, Lesson
from making.tools import need, run

MOST_BYTES = 8_000_000
SECONDS = (30, 65)


def faults(lessons: list[Lesson]) -> list[str]:
    """What is wrong, a line each; empty when all is well."""
    need("ffprobe")
    if not sheet.PATH.is_file():
        return ["lessons.csv is missing: run make.py"]
    recorded = [lesson for lesson in lessons if lesson.slides]
    rows = sheet.read()
    wrong = of_the_sheet(rows, lessons)
    for lesson in recorded:
        try:
            row = next((row for row in rows if row["file"] == lesson.video.name), {})
            wrong += of_a_lesson(lesson, row)
        except (Fault, ValueError, KeyError, struct.error) as error:
            wrong.append(f"{lesson.name}: cannot be read: {error!r}")
    forms = [lesson.form for lesson in recorded]
    asked = {
        "silent": any(not form["sound"] for form in forms),
        "in 4:3": any(form["aspect"] == "4:3" for form in forms),
        **{f"with its index as {place}": any(form["index"] == place for form in forms) for place in film.MOVFLAGS},
    }
    wrong += [f"no lesson is {what}" for what, there in asked.items() if not there]
    total = sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file())
    if total >= MOST_BYTES:
        wrong.append(f"{total} bytes in all: at most {MOST_BYTES} are committed")
    return wrong


def of_the_sheet(rows: list[dict[str, str]], lessons: list[Lesson]) -> list[str]:
    wrong = []
    for number, row in enumerate(rows, 1):
        captions = [item.split(":", 1)[1] for item in row["captions"].split(";") if item]
        for name in filter(None, [row["file"], *captions]):
            if not (HERE / name).is_file():
                wrong.append(f"lessons.csv, lesson {number}: {name} is missing")
    named = {row["file"] for row in rows}
    wrong += [f"{path.name}: no row of lessons.csv names it" for path in HERE.glob("*.mp4") if path.name not in named]
    # Chapters follow from the speech, which is not synthesised for a check.
    stable = [name for name in sheet.COLUMNS if name != "chapters"]
    claimed = [[sheet.row(lesson)[name] for name in stable] for lesson in lessons]
    if [[row.get(name) for name in stable] for row in rows] != claimed:
        wrong.append("lessons.csv does not say what programme.toml and lessons/ say: run make.py")
    return wrong


def of_a_lesson(lesson: Lesson, row: dict[str, str]) -> list[str]:
    path, form, wrong = lesson.video, lesson.form, []
    if not path.is_file():
        return []  # of_the_sheet has said so
    found = json.loads(run(["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]))
    streams = {stream["codec_type"]: stream for stream in found["streams"]}
    video, audio = streams.get("video", {}), streams.get("audio", {})
    seconds = float(found["format"]["duration"])

    def expect(what: str, actual, claimed) -> None:
        if actual != claimed:
            wrong.append(f"{path.name}: {what} is {actual}, not {claimed}")

    expect("the video", (video.get("codec_name"), video.get("profile")), ("h264", form["profile"].capitalize()))
    expect("the pixel format", video.get("pix_fmt"), "yuv420p")
    expect("the size", (video.get("width"), video.get("height")), lesson.size)
    sound = ("aac", "48000", 1) if form["sound"] else (None, None, None)
    expect("the sound", (audio.get("codec_name"), audio.get("sample_rate"), audio.get("channels")), sound)
    expect("the place of the index", index_place(path), form["index"])
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        wrong.append(f"{path.name}: lasts {seconds:.1f} s")
    keys = keyframes(path)
    if max(b - a for a, b in zip(keys, [*keys[1:], seconds], strict=True)) > film.GROUP + 0.1:
        wrong.append(f"{path.name}: more than {film.GROUP} s without a keyframe")
    expect("the list of chapters", len(chapters(row)), sum(bool(slide.chapter) for slide in lesson.slides))
    for at in chapters(row):
        if min(abs(at - key) for key in keys) > 0.001:
            wrong.append(f"{path.name}: the chapter at {at} s does not begin on a keyframe")
    for vtt in lesson.captions().values():
        if vtt.is_file():
            cues = read_vtt(vtt)
            expect(f"the number of captions in {vtt.name}", len(cues), len(lesson.steps()))
            if cues[-1][1] > seconds:
                wrong.append(f"{vtt.name}: a caption after the end")
    return wrong


def chapters(row: dict[str, str]) -> list[int]:
    clocks = [item.split()[0].split(":") for item in row.get("chapters", "").split(";") if item]
    return [int(minutes) * 60 + int(seconds) for minutes, seconds in clocks]


def keyframes(path: Path) -> list[float]:
    """Seconds at which a player may begin."""
    entries = ["-select_streams", "v", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0"]
    packets = [line.split(",") for line in run(["ffprobe", "-v", "error", *entries, str(path)]).decode().split()]
    return sorted(float(packet[0]) for packet in packets if packet[1].startswith("K"))


def index_place(path: Path) -> str:
    boxes = top_boxes(path)
    if "moof" in boxes:
        return "fragments"
    return "front" if boxes.index("moov") < boxes.index("mdat") else "end"


def top_boxes(path: Path) -> list[str]:
    """Names of the outermost boxes, in order (ISO/IEC 14496-12 §4.2)."""
    names, at, size = [], 0, path.stat().st_size
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            length, name = struct.unpack(">I4s", file.read(8))
            if length == 1:
                (length,) = struct.unpack(">Q", file.read(8))
            length = length or size - at
            if length < 8 or at + length > size:
                raise Fault(f"{path.name}: is not a whole MP4")
            names.append(name.decode("latin-1"))
            at += length
    return names


def read_vtt(path: Path) -> list[tuple[float, float]]:
    """Start and end of every cue, in seconds. Refuses what a strict reader of WebVTT would not show."""
    head, *blocks = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    if head != "WEBVTT":
        raise Fault(f"{path.name}: does not begin with WEBVTT")
    stamp = r"(\d\d):([0-5]\d):([0-5]\d\.\d\d\d)"
    cues = []
    for block in blocks:
        match = re.fullmatch(rf"\d+\n{stamp} --> {stamp}\n(?!.*-->)(.+)(\n.+)?", block)
        if not match:
            raise Fault(f"{path.name}: is not a caption: {block!r}")
        h1, m1, s1, h2, m2, s2 = map(float, match.groups()[:6])
        cues.append((h1 * 3600 + m1 * 60 + s1, h2 * 3600 + m2 * 60 + s2))
    for (start, end), (following, _) in zip(cues, [*cues[1:], (float("inf"), 0)], strict=True):
        if not start < end <= following:
            raise Fault(f"{path.name}: the caption at {start} s ends at {end} s")
    return cues
