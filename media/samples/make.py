#!/usr/bin/env python3
"""Makes the sample lessons: slides, speech, captions, video, and the sheet that names them.

    ./make.py                     make every lesson, and lessons.csv
    ./make.py 7-physics-az-1 …    make these lessons, and lessons.csv
    ./make.py --slides DIR        only draw every step of every slide into DIR, as PNG
    ./make.py --check             compare what lies here with what the lessons claim; make nothing

What is said and shown stands in programme.toml and lessons/*.toml; the code knows no lesson.
The same input and the same ffmpeg and espeak-ng give the same bytes.
"""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# The folder holds what is committed: no compiled Python beside it.
sys.dont_write_bytecode = True

from making import check, film, sheet, slides, tools  # noqa: E402
from making.lesson import Fault, read_programme  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Makes the sample lessons.")
    parser.add_argument("names", nargs="*", metavar="LESSON", help="only these, like 7-physics-az-1")
    parser.add_argument("--check", action="store_true", help="verify the files; make nothing")
    parser.add_argument("--slides", type=Path, metavar="DIR", help="only draw the slides, as PNG, into DIR")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    try:
        lessons = read_programme()
        unknown = set(asked.names) - {lesson.name for lesson in lessons}
        if unknown:
            raise Fault(f"no such lesson: {', '.join(sorted(unknown))}")
        chosen = [one for one in lessons if one.slides and (not asked.names or one.name in asked.names)]
        if asked.check:
            return report(check.faults(lessons))
        if asked.slides:
            tools.need("ffmpeg", "fonts")
            slides.draw_all(chosen, asked.slides)
            return 0
        tools.need("ffmpeg", "espeak-ng", "fonts")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for line in pool.map(film.make, chosen):
                print(line, flush=True)
        for lesson in lessons:
            # The sheet names chapters, and their times follow from the speech.
            if lesson.slides and lesson not in chosen:
                film.lay_out(lesson)
        sheet.write(lessons)
        return 0
    except Fault as fault:
        print(f"make.py: {fault}", file=sys.stderr)
        return 1


def report(wrong: list[str]) -> int:
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    print("the sample lessons are as they should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
