"""Draws slides, as SVG, and turns them into pixels."""

import colorsys
import os
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from making.lesson import Lesson, Slide
from making.tools import FONT_FILES, FONTS, run

# The paper and the ink of the product's look.
PAPER = {
    "ink": "#1c2230", "soft": "#5b6272", "grid": "#e4dccf", "card": "#fffdf9", "sky": "#d6e6f2", "red": "#a8123e",
    "leaf": "#3f7f58", "sun": "#dfa02f", "earth": "#9a6b43", "good": "#1b6b4a",
}  # fmt: skip
# A title slide is a board: light on dark.
CHALK = {
    "ink": "#f4efe4", "red": "#e5738f", "leaf": "#8cc79f", "sun": "#f0c25e", "earth": "#c99d74", "good": "#7fd6ad",
}  # fmt: skip


def hsl(hue: int, saturation: float, lightness: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue / 360, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def strong(hue: int) -> str:
    """A subject's colour where it is a line or a word on paper."""
    return hsl(hue, 0.62, 0.36)


def colours(hue: int, board: bool) -> dict[str, str]:
    if board:
        return CHALK | {
            "soft": hsl(hue, 0.25, 0.76), "grid": hsl(hue, 0.28, 0.27), "card": hsl(hue, 0.34, 0.22),
            "sky": hsl(hue, 0.30, 0.30), "accent": hsl(hue, 0.80, 0.78), "mid": hsl(hue, 0.42, 0.55),
            "tint": hsl(hue, 0.36, 0.27),
        }  # fmt: skip
    return PAPER | {"accent": strong(hue), "mid": hsl(hue, 0.50, 0.62), "tint": hsl(hue, 0.62, 0.92)}


def style(hue: int, board: bool, step: int, steps: int) -> str:
    """The classes that figures are written in: a colour's name fills with it; lines are the second group."""
    c = colours(hue, board)
    fills = " ".join(f".{name}{{fill:{colour}}}" for name, colour in c.items() if name != "grid")
    # Of a figure, class from3 comes with the third sentence, only3 is there during it.
    later = "".join(f".from{n}{{display:none}}" for n in range(step + 1, steps + 1))
    other = "".join(f".only{n}{{display:none}}" for n in range(1, steps + 1) if n != step)
    return f"""
text{{font-family:'DejaVu Sans';fill:{c["ink"]};font-size:17px}}
.serif,.it,.formula{{font-family:'DejaVu Serif'}} .mono{{font-family:'DejaVu Sans Mono'}} .it{{font-style:italic}}
.b{{font-weight:bold}} .c{{text-anchor:middle}} .end{{text-anchor:end}} .formula{{font-size:40px}} .label{{font-size:15px}}
.num{{font-size:34px;font-weight:bold}} .huge{{font-size:56px;font-weight:bold}} .tick{{font-size:13px;fill:{c["soft"]}}}
.line,.thin,.bold,.dash,.grid,.aline,.redline,.leafline,.goodline,.shine,.frame{{fill:none;stroke-linecap:round;stroke-linejoin:round}}
.line{{stroke:{c["ink"]};stroke-width:2}} .thin{{stroke:{c["soft"]};stroke-width:1.4}} .bold{{stroke:{c["ink"]};stroke-width:3.4}}
.dash{{stroke:{c["soft"]};stroke-width:1.6;stroke-dasharray:5 5}} .grid{{stroke:{c["grid"]};stroke-width:1.2}}
.aline{{stroke:{c["accent"]};stroke-width:3.2}} .redline{{stroke:{c["red"]};stroke-width:3.2}}
.leafline{{stroke:{c["leaf"]};stroke-width:2.6}} .goodline{{stroke:{c["good"]};stroke-width:3.2}}
.shine{{stroke:#fff;stroke-opacity:.7;stroke-width:2.4}} .frame{{stroke:{c["grid"]};stroke-width:2}}
{fills} .paper{{fill:{c["grid"]}}} .white{{fill:#fff}}
{later}{other}"""


def draw(lesson: Lesson, slide: Slide, step: int) -> str:
    """The slide as it stands while sentence `step` (from 1) is said: SVG, twice as large as the picture."""
    width, height = lesson.size
    board = slide.layout == "title"
    page = title_page(lesson, slide) if board else content_page(lesson, slide, step)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{2 * width}" height="{2 * height}" viewBox="0 0 {width} {height}">
<style>{style(lesson.subject["hue"], board, step, len(slide.steps))}</style>
{page}
</svg>"""


def place(lesson: Lesson) -> dict[str, str]:
    """Where the lesson stands, in the words of its section: subject, grade, lesson."""
    section = lesson.programme["section"][lesson.row["section"]]
    ordinals, grades = section["ordinals"], lesson.row["grades"]
    # Of several grades only the last carries the ending: 10–11-ci.
    grade = "–".join([str(grade) for grade in grades[:-1]] + [ordinals[grades[-1]]])
    return {
        "subject": lesson.subject[lesson.row["section"]],
        "grade": section["grade" if len(grades) == 1 else "grades"].format(grade=grade),
        "lesson": section["lesson"].format(number=ordinals[lesson.row["lesson_number"]]),
    }


def lines(rows: list[str], x: int, y: int, height: int, classes: str, size: int) -> str:
    return "".join(
        f'<text class="{classes}" x="{x}" y="{y + i * height}" style="font-size:{size}px">{escape(row)}</text>'
        for i, row in enumerate(rows)
    )


def title_page(lesson: Lesson, slide: Slide) -> str:
    width, height = lesson.size
    hue, sign, words = lesson.subject["hue"], lesson.subject["sign"], place(lesson)
    dark, bright = hsl(hue, 0.36, 0.17), hsl(hue, 0.60, 0.62)
    heading = wrapped(slide.heading, width - 310, 34)
    top = 176 - 21 * len(heading)
    return f"""<rect width="{width}" height="{height}" fill="{dark}"/>
<rect width="10" height="{height}" fill="{bright}"/>
<rect x="34" y="32" width="40" height="40" rx="11" fill="{hsl(hue, 0.36, 0.29)}"/>
<text class="b c" x="54" y="59" style="font-size:19px">{sign}</text>
<text class="b" x="86" y="48" style="font-size:16px">{words["subject"]}</text>
<text class="soft" x="86" y="68" style="font-size:15px">{words["grade"]} · {words["lesson"]}</text>
{lines(heading, 34, top + 30, 42, "b", 31)}
<rect x="34" y="{top + 42 * len(heading) + 12}" width="56" height="4" rx="2" fill="{bright}"/>
<svg x="{width - 270}" y="58" width="250" height="200" viewBox="0 0 300 240">{slide.figure}</svg>
{mark(34, height - 38, bright, dark)}
<text class="soft" x="64" y="{height - 21}" style="font-size:14px">{lesson.row["programme"]}</text>"""


def content_page(lesson: Lesson, slide: Slide, step: int) -> str:
    width, height = lesson.size
    hue, sign, words = lesson.subject["hue"], lesson.subject["sign"], place(lesson)
    if slide.layout == "wide":
        x, box_width, view, shown = 24, width - 44, 592, ""
    else:
        box_width, view = (300 if width == 640 else 244), 300
        x = width - box_width - 20
        shown = shown_text(slide, step, x - 50, hue, lesson.form.get("text", 19))
    # Captions cover the lowest seventh of the picture: only the imprint lies there.
    dots = "".join(
        f'<circle cx="{width - 26 - 14 * (len(lesson.slides) - 1 - i)}" cy="{height - 23}" r="4" '
        f'fill="{strong(hue) if other is slide else "#ddd3c3"}"/>'
        for i, other in enumerate(lesson.slides)
    )
    box = f'x="{x}" y="62" width="{box_width}" height="238"'
    return f"""<rect width="{width}" height="{height}" fill="#fbf7f0"/>
<rect width="10" height="{height}" fill="{strong(hue)}"/>
<text class="b" x="28" y="43" style="font-size:{24 if width == 640 else 21}px">{escape(slide.heading)}</text>
<rect class="card" {box} rx="12"/><rect class="frame" {box} rx="12" style="stroke-width:1.2"/>
<svg {box} viewBox="0 0 {view} 240">{slide.figure}</svg>
{shown}
<path class="grid" d="M28 {height - 46}H{width - 20}"/>
<text class="b" x="28" y="{height - 18}" style="font-size:13px;fill:{strong(hue)}">{sign}</text>
<text class="soft" x="52" y="{height - 18}" style="font-size:13px">{words["subject"]} · {words["grade"]} · {words["lesson"]}</text>
{dots}"""


def shown_text(slide: Slide, step: int, width: int, hue: int, size: int) -> str:
    """What has been added so far, one under the other, the newest marked."""
    parts, y, row_height = [], 70 + size, size + 6
    for number, one in enumerate(slide.steps[:step], 1):
        for text in one.show:
            rows = wrapped(text, width - 14, size)
            colour = strong(hue) if number == step else "#ddd3c3"
            bottom = y + row_height * (len(rows) - 1) + 5
            parts.append(
                f'<path d="M30 {y - size + 3}V{bottom}" stroke="{colour}" stroke-width="3.4" stroke-linecap="round"/>'
            )
            parts.append(lines(rows, 42, y, row_height, "", size))
            y += row_height * len(rows) + 14
    return "".join(parts)


def mark(x: int, y: int, colour: str, hole: str) -> str:
    """The product's sign: a television with an aerial."""
    return f"""<svg x="{x}" y="{y}" width="22" height="22" viewBox="0 0 32 32">
<rect x="2" y="8" width="28" height="21" rx="5" fill="{colour}"/><path d="M13 13.6v9.8l8.2-4.9z" fill="{hole}"/>
<path d="M11 2l5 5 5-5" fill="none" stroke="{colour}" stroke-width="2.6" stroke-linecap="round"/></svg>"""


def wrapped(text: str, width: float, size: int) -> list[str]:
    """Lines of `text` that fit. A line break in the data always breaks, a no-break space never."""
    rows = []
    for part in text.split("\n"):
        row = ""
        for word in part.split(" "):
            longer = f"{row} {word}" if row else word
            if row and text_width(longer, size) > width:
                rows.append(row)
                row = word
            else:
                row = longer
        rows.append(row)
    return rows


def text_width(text: str, size: int) -> float:
    """About as wide as DejaVu Sans sets it."""
    narrow = sum(char in "iıljftrIİ1.,:;!|()'«»“”-– \u00a0" for char in text)
    broad = sum(char in "mwMWшщжюыфШЩЖЮЫФ@%—" for char in text)
    return size * (0.62 * len(text) - 0.25 * narrow + 0.25 * broad)


# ---------------------------------------------------------------- pixels


def only_our_fonts(folder: Path) -> dict[str, str]:
    """An environment in which text is set in the same few files, whatever else is installed."""
    config, fonts = folder / "fonts.conf", folder / "fonts"
    if not config.exists():
        fonts.mkdir()
        for name in FONT_FILES:
            (fonts / name).symlink_to(FONTS / name)
        config.write_text(
            f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{fonts}</dir>'
            f"<cachedir>{folder / 'font-cache'}</cachedir></fontconfig>"
        )
    return os.environ | {"FONTCONFIG_FILE": str(config)}


def pixels(svg: str, size: tuple[int, int], folder: Path, output: list[str]) -> bytes:
    """Draws at twice the size and halves it, so that small text comes out even."""
    source = folder / "slide.svg"
    source.write_text(svg, encoding="utf-8")
    scale = f"scale={size[0]}:{size[1]}:flags=lanczos+accurate_rnd+full_chroma_int"
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-i", str(source)]
    command += ["-vf", f"{scale}:{output[0]}", "-frames:v", "1", *output[1:], "pipe:1"]
    return run(command, env=only_our_fonts(folder))


def frame(lesson: Lesson, slide: Slide, step: int, folder: Path) -> bytes:
    """One picture of the recording: planar YUV 4:2:0, BT.709, limited range."""
    form = ["out_color_matrix=bt709:out_range=tv,format=yuv420p", "-f", "rawvideo"]
    return pixels(draw(lesson, slide, step), lesson.size, folder, form)


def draw_all(lessons: list[Lesson], into: Path) -> None:
    """Every step of every slide as LESSON-SLIDE-STEP.png."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for lesson in lessons:
            for number, slide in enumerate(lesson.slides, 1):
                for step in range(1, len(slide.steps) + 1):
                    form = ["out_range=pc,format=rgb24", "-f", "image2pipe", "-c:v", "png"]
                    png = pixels(draw(lesson, slide, step), lesson.size, Path(scratch), form)
                    (into / f"{lesson.name}-{number}-{step}.png").write_bytes(png)
