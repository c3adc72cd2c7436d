"""What a lesson is, read from programme.toml and lessons/*.toml."""

import re
import textwrap
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent

SIZES = {"16:9": (640, 360), "4:3": (480, 360)}

# Two lines of a caption. A longer sentence is harder to read than two short ones.
CUE_LINE = 42


class Fault(Exception):
    """Something that the person who runs this can mend. The text says how."""


@dataclass
class Step:
    """One sentence and what it adds to the slide."""

    say: str  # the caption; and what is spoken, unless `voice` spells it for the synthesiser
    voice: str
    language: str
    show: list[str]
    wait: float  # seconds to think, after the sentence
    translations: dict[str, str]  # language → caption
    # Set by film.lay_out, in seconds of the recording:
    start: float = 0.0
    end: float = 0.0
    frames: int = 0  # how long this picture stands


@dataclass
class Slide:
    heading: str
    figure: str  # SVG in a box of 300 × 240, or 592 × 240 when the layout is wide
    layout: str  # title, split or wide
    chapter: str  # empty: none begins here
    steps: list[Step]
    start: float = 0.0  # seconds; set by film.lay_out


@dataclass
class Lesson:
    name: str
    row: dict  # what the sheet says, before the computed columns
    form: dict  # of the file: aspect, index (end, front, fragments), sound, profile (high, main)
    slides: list[Slide]  # empty: the lesson is announced, not recorded
    programme: dict  # programme.toml

    @property
    def video(self) -> Path:
        return HERE / f"{self.name}.mp4"

    @property
    def size(self) -> tuple[int, int]:
        return SIZES[self.form["aspect"]]

    @property
    def language(self) -> str:
        return self.row["language"]

    @property
    def subject(self) -> dict:
        return self.programme["subject"][self.row["subject"]]

    def steps(self) -> list[Step]:
        return [step for slide in self.slides for step in slide.steps]

    def captions(self) -> dict[str, Path]:
        """Language → file; the language of the lesson first."""
        others = sorted(self.slides[0].steps[0].translations)
        return {self.language: HERE / f"{self.name}.vtt"} | {tag: HERE / f"{self.name}.{tag}.vtt" for tag in others}


def read_programme() -> list[Lesson]:
    """Every lesson, in the order of the sheet."""
    with (HERE / "programme.toml").open("rb") as file:
        programme = tomllib.load(file)
    named = set(programme["lessons"])
    for path in sorted((HERE / "lessons").glob("*.toml")):
        if path.stem not in named:
            raise Fault(f"programme.toml does not list lessons/{path.name}")
    return [read_lesson(name, programme) for name in programme["lessons"]]


def read_lesson(name: str, programme: dict) -> Lesson:
    path = HERE / "lessons" / f"{name}.toml"
    with path.open("rb") as file:
        data = tomllib.load(file)
    slides = data.pop("slide", [])
    form = {"aspect": "16:9", "index": "front", "sound": True, "profile": "high"} | data.pop("form", {})
    section = programme["section"][data["section"]]
    row = programme["every"] | {"language": section["language"], "programme": section["programme"]} | data
    lesson = Lesson(name, row, form, [], programme)
    for slide in slides:
        figure = re.sub(r"\{\{(\w+)\}\}", lambda match: programme["drawings"][match[1]], slide.get("figure", ""))
        steps = [read_step(step, lesson.language) for step in slide["steps"]]
        layout = slide.get("layout", "split")
        lesson.slides.append(Slide(slide["heading"], figure, layout, slide.get("chapter", ""), steps))
    for step in lesson.steps():
        for text in (step.say, *step.translations.values()):
            if len(cue_lines(text)) > 2:
                raise Fault(f"{path.name}: more than two lines of caption, say it in two sentences: {text}")
        if step.translations.keys() != lesson.steps()[0].translations.keys():
            raise Fault(f"{path.name}: this sentence is not translated like the others: {step.say}")
    return lesson


def read_step(step: dict, language: str) -> Step:
    show = step.get("show", [])
    return Step(
        say=step["say"],
        voice=step.get("voice", step["say"]),
        language=step.get("language", language),
        show=[show] if isinstance(show, str) else show,
        wait=step.get("wait", 0.0),
        translations=step.get("in", {}),
    )


def cue_lines(text: str) -> list[str]:
    """The lines of a caption: one, or two of about the same length where the text allows it."""
    if len(text) <= CUE_LINE:
        return [text]
    for width in range((len(text) + 1) // 2, CUE_LINE + 1):
        rows = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
        if len(rows) == 2:
            return rows
    return textwrap.wrap(text, CUE_LINE, break_long_words=False, break_on_hyphens=False)
