"""The sheet that `teledars import` reads: lessons.csv."""

import csv
import datetime
import io

from making.lesson import HERE, Fault, Lesson

PATH = HERE / "lessons.csv"

COLUMNS = (
    "file code title description grades subject section language programme lesson_number unit topic "
    "curriculum school_year term week textbook broadcasts teachers interpreter kind variant_of "
    "captions chapters attachments license rights_holder source_url visibility"
).split()


def row(lesson: Lesson) -> dict[str, str]:
    """The lesson's cells. The times of chapters are those of film.lay_out."""
    cells = dict(lesson.row)
    if lesson.slides:
        cells["file"] = lesson.video.name
        cells["captions"] = [f"{tag}:{path.name}" for tag, path in lesson.captions().items()]
        marked = [slide for slide in lesson.slides if slide.chapter]
        cells["chapters"] = [f"{clock_face(slide.start)} {slide.chapter}" for slide in marked]
    if cells.get("broadcasts"):
        first = datetime.datetime.fromisoformat(cells["broadcasts"][0].split("@")[1])
        year, week, _ = first.isocalendar()
        cells["week"] = f"{year}-W{week:02}"
    unknown = cells.keys() - set(COLUMNS)
    if unknown:
        raise Fault(f"{lesson.name}.toml: the sheet has no column {', '.join(sorted(unknown))}")
    return {name: cell(cells.get(name, "")) for name in COLUMNS}


def cell(value) -> str:
    if not isinstance(value, list):
        return str(value)
    items = [str(item) for item in value]
    if any(";" in item for item in items):
        raise Fault(f"an item of a list may not contain a semicolon: {items}")
    return ";".join(items)


def clock_face(seconds: float) -> str:
    return f"{round(seconds) // 60:02}:{round(seconds) % 60:02}"


def write(lessons: list[Lesson]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row(lesson) for lesson in lessons)
    PATH.write_text(text.getvalue(), encoding="utf-8", newline="")


def read() -> list[dict[str, str]]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
