"""Speech, time, captions, and the MP4 that they end in."""

import array
import re
import shutil
import struct
import tempfile
import wave
from pathlib import Path
from xml.sax.saxutils import escape

from making import slides
from making.lesson import HERE, Fault, Lesson, Step, cue_lines
from making.tools import run

# 12.5 pictures a second are plenty for slides. Every slide lasts a whole number of groups of
# pictures: it begins on a keyframe, and a chapter at a full second.
FRAME = 0.08
GROUP_FRAMES = 25
GROUP = FRAME * GROUP_FRAMES

SPEECH_RATE = 22050  # samples a second from espeak-ng; the file has 48000

LEAD = 0.4  # seconds of silence before the first sentence of a slide
GAP = 0.4  # and after every sentence
READING = 14.0  # characters a second that are read where nobody speaks

MOVFLAGS = {"end": [], "front": ["-movflags", "+faststart"], "fragments": ["-movflags", "+frag_keyframe+empty_moov"]}
ISO_639_2 = {"az": "aze", "ru": "rus", "en": "eng"}


def make(lesson: Lesson) -> str:
    """Writes the lesson's MP4 and captions. Returns a line about it."""
    sound = lay_out(lesson)
    with tempfile.TemporaryDirectory(prefix="making-", dir=HERE) as name:
        folder = Path(name)
        raw = folder / "pictures.yuv"
        with raw.open("wb") as file:
            for slide in lesson.slides:
                for number, step in enumerate(slide.steps, 1):
                    picture = slides.frame(lesson, slide, number, folder)
                    for _ in range(step.frames):
                        file.write(picture)
        encode(lesson, raw, sound, folder)
    for language, path in lesson.captions().items():
        path.write_text(web_vtt(lesson, language), encoding="utf-8", newline="\n")
    seconds = FRAME * sum(step.frames for step in lesson.steps())
    return f"{lesson.video.name}: {seconds:.0f} s, {lesson.video.stat().st_size // 1000} kB"


# ---------------------------------------------------------------- speech and time


def speak(step: Step, voices: dict) -> array.array:
    """One sentence, 16 bit mono, the silence at both ends cut off: so long is its caption."""
    voice = voices[step.language]
    options = ["-v", voice["name"], "-s", str(voice["speed"]), "-p", str(voice["pitch"]), "-g", str(voice["gap"])]
    data = run(["espeak-ng", *options, "-b", "1", "-z", "--stdout", "--", sounds(step.voice, voice)])
    if struct.unpack_from("<I", data, 24)[0] != SPEECH_RATE:
        raise Fault(f"espeak-ng speaks at another rate than {SPEECH_RATE}")
    # Writing to a pipe, espeak-ng cannot know the length when it writes the header: take all that follows.
    samples = array.array("h")
    samples.frombytes(data[44 : 44 + (len(data) - 44) // 2 * 2])
    loud = [i for i, sample in enumerate(samples) if abs(sample) > 200]
    if not loud:
        raise Fault(f"espeak-ng says nothing for: {step.voice}")
    return samples[max(0, loud[0] - 300) : loud[-1] + 600]


def sounds(text: str, voice: dict) -> str:
    """`text` with the words that the voice says wrongly spelled in sounds."""
    known = voice.get("sounds", {})
    if not known:
        return text
    longest_first = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    return re.sub(rf"\b({longest_first})\b", lambda match: f"[[{known[match[0].lower()]}]]", text, flags=re.IGNORECASE)


def lay_out(lesson: Lesson) -> bytes:
    """Gives every slide, sentence and picture its time. Returns the sound, 16 bit mono; empty for a silent lesson."""
    track = array.array("h")

    def silence_until(seconds: float) -> None:
        track.extend([0] * (round(seconds * SPEECH_RATE) - len(track)))

    clock = 0.0
    for slide in lesson.slides:
        slide.start = clock
        now, cuts = clock + LEAD, [clock]
        for step in slide.steps:
            if lesson.form["sound"]:
                sentence = speak(step, lesson.programme["voice"])
                length = len(sentence) / SPEECH_RATE
                silence_until(now)
                track.extend(sentence)
            else:
                length = max(2.0, len(step.say) / READING)
            step.start, step.end = now, now + length
            now = step.end + GAP + step.wait
            # What a sentence is about appears a moment before it is named.
            cuts.append(round((now - 0.2) / FRAME) * FRAME)
        clock = round(clock + -(-(now - clock) // GROUP) * GROUP, 6)
        cuts[-1] = clock
        for step, begin, end in zip(slide.steps, cuts[:-1], cuts[1:], strict=True):
            step.frames = round((end - begin) / FRAME)
        silence_until(clock)
    if not lesson.form["sound"]:
        return b""
    peak = max(max(track), -min(track))
    return array.array("h", (sample * 26000 // peak for sample in track)).tobytes()


# ---------------------------------------------------------------- captions


def vtt_time(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def web_vtt(lesson: Lesson, language: str) -> str:
    steps, cues = lesson.steps(), []
    for number, step in enumerate(steps, 1):
        text = step.say if language == lesson.language else step.translations[language]
        # A caption stays a moment longer than the voice, but never into the next one.
        end = min([step.end + 0.3] + [following.start for following in steps[number : number + 1]])
        rows = escape("\n".join(cue_lines(text)))
        cues.append(f"{number}\n{vtt_time(step.start)} --> {vtt_time(end)}\n{rows}\n")
    return "WEBVTT\n\n" + "\n".join(cues)


# ---------------------------------------------------------------- video


def encode(lesson: Lesson, raw: Path, sound: bytes, folder: Path) -> None:
    width, height = lesson.size
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y"]
    command += ["-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", f"{width}x{height}"]
    command += ["-framerate", "25/2", "-i", str(raw)]
    if sound:
        command += ["-i", str(write_wav(folder / "speech.wav", sound))]
    # One thread: with more, the order of their work would show in the bytes.
    command += ["-map_metadata", "-1", "-threads", "1"]
    command += ["-c:v", "libx264", "-profile:v", lesson.form["profile"], "-preset", "veryslow", "-tune", "animation"]
    command += ["-crf", "33", "-g", str(GROUP_FRAMES), "-keyint_min", str(GROUP_FRAMES), "-pix_fmt", "yuv420p"]
    # An empty index has no edit list, which would take back the delay of B-frames: the sound would lead.
    b_frames = 0 if lesson.form["index"] == "fragments" else 2
    command += ["-x264-params", f"open-gop=0:scenecut=0:bframes={b_frames}:ref=2:rc-lookahead=25"]
    command += ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]
    if sound:
        command += ["-c:a", "aac", "-b:a", "28k", "-ar", "48000", "-ac", "1", "-cutoff", "8500"]
        command += ["-metadata:s:a:0", f"language={ISO_639_2[lesson.language]}"]
    command += ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
    command += ["-metadata", f"title={lesson.row['title']}", "-metadata", "creation_time=2020-03-30T09:00:00Z"]
    # Written aside and moved: an interrupted run leaves the old lesson whole.
    made = folder / lesson.video.name
    run([*command, *MOVFLAGS[lesson.form["index"]], "-f", "mp4", str(made)])
    shutil.move(made, lesson.video)


def write_wav(path: Path, sound: bytes) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH_RATE)
        file.writeframes(sound)
    return path
