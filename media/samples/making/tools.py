"""The programs this needs, and how they are called."""

import shutil
import subprocess
from pathlib import Path

from making.lesson import Fault

FONTS = Path("/usr/share/fonts/truetype/dejavu")
FONT_FILES = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"]

# What may be missing, and the Debian 12 package that brings it.
PACKAGES = {"ffmpeg": "ffmpeg", "ffprobe": "ffmpeg", "espeak-ng": "espeak-ng", "fonts": "fonts-dejavu-core"}


def there(what: str) -> bool:
    if what == "fonts":
        return all((FONTS / name).is_file() for name in FONT_FILES)
    return shutil.which(what) is not None


def need(*what: str) -> None:
    """Refuses to begin without one of `PACKAGES`, naming every package to install."""
    packages = sorted({PACKAGES[one] for one in what if not there(one)})
    if packages:
        raise Fault(f"something is missing; on Debian 12: apt-get install {' '.join(packages)}")
    if "fonts" in what and b"librsvg" not in run(["ffmpeg", "-hide_banner", "-decoders"]):
        raise Fault("this ffmpeg was built without librsvg and reads no SVG; Debian 12's does: apt-get install ffmpeg")


def run(command: list[str], **options) -> bytes:
    """What the program writes to its standard output; a Fault with its last words when it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, **options)
    if done.returncode:
        raise Fault(f"{command[0]} failed: {done.stderr.decode(errors='replace').strip()[-2000:]}")
    return done.stdout
