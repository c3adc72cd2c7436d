"""oEmbed, as sites that show links of others ask for it."""

import unittest
from urllib.parse import quote

import micawber
from lxml import etree, html

from school import DRAFT, FULL, UNLISTED, WITHDRAWN, school


def provider(**more):
    return micawber.Provider(f"{school().url}/oembed", **more)


class Embeds(unittest.TestCase):
    def test_every_form_of_an_address_becomes_the_same_frame(self):
        code = school().codes[FULL]
        for form in (f"/l/{code}", f"/l/{code.lower()}", f"/az/l/{code}", f"/l/{code}/video.mp4", f"/embed/{code}"):
            with self.subTest(form):
                found = provider().request(school().url + form)
                self.assertEqual((found["type"], found["title"], found["version"]), ("video", FULL, "1.0"))
                [frame] = html.fragments_fromstring(found["html"])
                self.assertEqual(frame.tag, "iframe")
                self.assertTrue(frame.get("src").startswith(f"{school().url}/embed/{code}"), frame.get("src"))
                self.assertEqual((frame.get("width"), frame.get("height")), ("640", "432"))
                self.assertEqual(frame.get("title"), FULL)
                self.assertEqual(school().get(found["thumbnail_url"]).headers["content-type"], "image/jpeg")

    def test_a_moment_stays_and_a_size_is_kept_to(self):
        found = provider(maxwidth=300, maxheight=400).request(school().lesson(FULL) + "?t=3")
        self.assertEqual((found["width"], found["height"]), (300, 240))
        self.assertIn("?t=3", found["html"])

    def test_a_text_with_links_gets_frames_and_others_stay(self):
        registry = micawber.ProviderRegistry()
        registry.register(f"{school().url}/.*", provider())
        hidden = school().lesson(DRAFT)
        text = micawber.parse_text(f"{school().lesson(FULL)}\n{hidden}", registry)
        self.assertEqual(text.count("<iframe"), 1)
        self.assertIn(f'<a href="{hidden}"', text)

    def test_a_shelf_is_a_list(self):
        found = provider().request(f"{school().url}/az/grades/7/mathematics")
        self.assertEqual((found["type"], found["title"]), ("rich", "Riyaziyyat, 7-ci sinif"))

    def test_xml_says_the_same_as_json(self):
        query = f"/oembed?url={quote(school().lesson(FULL))}"
        told = school().get(f"{query}&format=json").json()
        root = etree.fromstring(school().get(f"{query}&format=xml").content)
        self.assertEqual({child.tag: child.text for child in root}, {name: str(value) for name, value in told.items()})

    def test_statuses_are_those_of_the_rules(self):
        for url, status in (
            (school().lesson(DRAFT), 404),
            (school().lesson(UNLISTED), 200),
            (school().lesson(WITHDRAWN), 410),
            ("https://elsewhere.example/l/" + school().codes[FULL], 404),
            (school().lesson(FULL) + "&format=yaml", 501),
        ):
            answer = school().get(f"/oembed?url={url}", status=status)
            self.assertEqual(answer.headers["access-control-allow-origin"], "*")
