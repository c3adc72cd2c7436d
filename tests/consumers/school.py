"""The archive that tests share which change nothing in it: the samples, one lesson with everything made of it, and lessons
of which others may be told nothing, or only that they are gone."""

import atexit
import csv
import functools
import subprocess
import tempfile
from pathlib import Path

import requests
import rnc2rng
from lxml import etree

from archive import REPOSITORY, SAMPLES, Archive

COLUMNS = ("file", "title", "description", "grades", "subject", "section", "teachers", "captions", "license", "visibility")
# More than what one answer of a harvest or one page of a feed has.
MANY = 250

FULL = "Tam dərs: «kəsrlər» & <ədədlər>"
WITHDRAWN = "Geri götürülmüş dərs"
UNLISTED = "Siyahıda olmayan dərs"
DRAFT = "Qaralama"


class School(Archive):
    """`codes` are those of lessons by their titles."""

    def __init__(self):
        super().__init__()
        with tempfile.TemporaryDirectory(prefix="teledars-sheet-") as folder:
            film = Path(folder) / "full.mp4"
            cut = ["ffmpeg", "-loglevel", "error", "-i", str(SAMPLES / "7-mathematics-az-2.mp4"), "-t", "6", "-c", "copy", str(film)]
            subprocess.run(cut, check=True, stdin=subprocess.DEVNULL)
            about = {"grades": "7", "subject": "mathematics", "section": "az", "visibility": "public"}
            self._import(folder, [about | {
                "file": film, "title": FULL, "description": "Müqayisə < və >, \"dırnaq\" & s.",
                "captions": f"az:{SAMPLES / '7-mathematics-az-2.vtt'}", "teachers": "Aygün Əliyeva;Rəşad Quliyev",
                "license": "CC-BY-4.0",
            }])
            self.make_everything()
            sample = SAMPLES / "1-mathematics-az-1.mp4"
            self._import(folder, [
                about | {"file": sample, "title": WITHDRAWN},
                about | {"file": sample, "title": UNLISTED, "visibility": "unlisted"},
                about | {"file": sample, "title": DRAFT, "visibility": "draft"},
            ] + [about | {"title": f"Elan {number}", "grades": "9", "subject": "physics"} for number in range(MANY)])
        self.run("import", SAMPLES / "lessons.csv")
        rows = csv.DictReader(self.run("export").splitlines())
        self.codes = {row["title"]: row["code"] for row in rows}
        self.run("lesson", "withdraw", self.codes[WITHDRAWN], "--reason", "Səhv var")
        self.serve()

    def _import(self, folder, rows):
        sheet = Path(folder) / "lessons.csv"
        with sheet.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        self.run("import", sheet)

    def get(self, path, status=200, **asked):
        """What the server answers for a path or one of its addresses."""
        url = path if path.startswith("http") else self.url + path
        answer = requests.get(url, timeout=60, **asked)
        if answer.status_code != status:
            raise AssertionError(f"{url} answers {answer.status_code}: {answer.text[:2000]}")
        return answer

    def lesson(self, title):
        """A lesson's permanent address."""
        return f"{self.url}/l/{self.codes[title]}"


@functools.cache
def school():
    """The one archive of this run."""
    made = School()
    atexit.register(made.close)
    return made


@functools.cache
def schema(name):
    """One of our own RELAX NG schemas."""
    text = (REPOSITORY / "tests/consumers/schemas" / name).read_text()
    return etree.RelaxNG(etree.fromstring(rnc2rng.dumps(rnc2rng.loads(text)).encode()))


def checked(content, name):
    """The root of a document that keeps to a schema."""
    root = etree.fromstring(content)
    schema(name).assertValid(root)
    return root
