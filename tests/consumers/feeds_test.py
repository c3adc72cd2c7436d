"""Feeds, as feed readers, podcast programs and yt-dlp have them."""

import calendar
import tempfile
import unittest
from pathlib import Path

import feedparser
import yt_dlp

from school import DRAFT, FULL, UNLISTED, WITHDRAWN, checked, school

FORMS = ("lessons.rss", "video.rss", "audio.rss")
SHELVES = ("", "/grades/7", "/grades/7/mathematics")


def feed(path):
    answer = school().get(path)
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8", answer.headers
    read = feedparser.parse(answer.content, response_headers=dict(answer.headers))
    assert not read.bozo, read.bozo_exception
    return read


class Feeds(unittest.TestCase):
    def test_every_feed_keeps_to_the_rules_and_names_nothing_that_lists_do_not(self):
        hidden = [school().codes[title] for title in (DRAFT, UNLISTED, WITHDRAWN)]
        for shelf in SHELVES:
            for form in FORMS:
                for section in ("", "?section=ru"):
                    with self.subTest(f"/feeds{shelf}/{form}{section}"):
                        content = school().get(f"/feeds{shelf}/{form}{section}").content
                        checked(content, "feed.rnc")
                        for code in hidden:
                            self.assertNotIn(code.encode(), content)

    def test_a_reader_finds_the_newest_first_each_by_its_permanent_address(self):
        read = feed("/feeds/grades/7/mathematics/lessons.rss")
        self.assertEqual(read.feed.language, "az")
        self.assertEqual(read.feed.link, f"{school().url}/az/grades/7/mathematics")
        times = [calendar.timegm(entry.published_parsed) for entry in read.entries]
        self.assertEqual(times, sorted(times, reverse=True))
        full = next(entry for entry in read.entries if entry.title == FULL)
        self.assertEqual(full.id, school().lesson(FULL))
        self.assertEqual(full.link, school().lesson(FULL))
        self.assertEqual(full.media_thumbnail[0]["url"], f"{school().lesson(FULL)}/poster.jpg")
        qualities = {content["height"] for content in full.media_content if content["medium"] == "video"}
        self.assertEqual(qualities, {"240", "360"})

    def test_what_is_told_of_a_file_is_what_comes(self):
        for form in FORMS:
            read = feed(f"/feeds/grades/7/mathematics/{form}")
            self.assertTrue(read.entries, form)
            for entry in read.entries:
                [enclosure] = entry.enclosures
                told = [(enclosure.href, enclosure.length, enclosure.type)]
                told += [(c["url"], c["filesize"], c["type"]) for c in entry.get("media_content", [])]
                for url, length, kind in told:
                    with self.subTest(form=form, url=url):
                        answer = school().get(url)
                        self.assertEqual(str(len(answer.content)), length)
                        self.assertEqual(answer.headers["content-type"], kind)

    def test_a_podcast_says_how_long_it_plays_and_who_teaches(self):
        for form, kind in (("video.rss", "video/mp4"), ("audio.rss", "audio/mp4")):
            read = feed(f"/feeds/grades/7/mathematics/{form}")
            full = next(entry for entry in read.entries if entry.title == FULL)
            self.assertEqual(full.itunes_duration, "6")
            self.assertEqual(full.author, "Aygün Əliyeva, Rəşad Quliyev")
            self.assertEqual(full.enclosures[0].type, kind)
        # What could only be computed has no length that is known before.
        self.assertEqual(len(feed("/feeds/audio.rss").entries), 1)

    def test_a_podcast_has_a_square_cover_that_directories_take(self):
        for form in ("video.rss", "audio.rss"):
            # feedparser gives itunes:image as the feed's own.
            cover = school().get(feed(f"/feeds/{form}").feed.image.href)
            self.assertEqual(cover.headers["content-type"], "image/png")
            size, depth, colours = cover.content[16:24], cover.content[24], cover.content[25]
            wide, high = int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
            # Apple's limits: 1,400 to 3,000 pixels, RGB.
            self.assertEqual((wide, depth, colours), (high, 8, 2))
            self.assertTrue(1400 <= wide <= 3000)
            self.assertLess(len(cover.content), 30_000)
        self.assertNotIn("image", feed("/feeds/lessons.rss").feed)

    def test_a_page_of_a_subject_leads_to_its_feeds(self):
        page = school().get("/az/grades/7/mathematics").text
        for form in ("lessons.rss", "audio.rss"):
            self.assertIn(f'href="{school().url}/feeds/grades/7/mathematics/{form}"', page)


class YtDlp(unittest.TestCase):
    def extract(self, url, **options):
        quiet = {"quiet": True, "noprogress": True, "no_warnings": True, "cachedir": False, "proxy": ""}
        with yt_dlp.YoutubeDL(quiet | options) as program:
            return program.extract_info(url, download="outtmpl" in options)

    def test_it_lists_a_feed(self):
        found = self.extract(f"{school().url}/feeds/grades/7/mathematics/video.rss", extract_flat=True)
        self.assertEqual(found["_type"], "playlist")
        self.assertIn(FULL, [entry["title"] for entry in found["entries"]])

    def test_it_finds_the_video_of_a_lessons_page_and_saves_it(self):
        with tempfile.TemporaryDirectory() as folder:
            saved = Path(folder) / "lesson.mp4"
            found = self.extract(f"{school().url}/az/l/{school().codes[FULL]}", outtmpl=str(saved))
            found = found["entries"][0] if "entries" in found else found
            self.assertIn(school().codes[FULL], found["url"])
            self.assertEqual(saved.read_bytes()[4:8], b"ftyp")
