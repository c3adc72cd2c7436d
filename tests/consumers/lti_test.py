"""Learning platforms (LTI 1.3): people come to lessons from one that others wrote, and teachers bring lessons to it."""

import csv
import re
import time
import unittest
from urllib.parse import urljoin, urlsplit

import jwt
import requests

from archive import SAMPLES, Archive
from learning_platform import CLAIM, CLIENT, DEEP, DEPLOYMENT, PUPIL, TEACHER, LearningPlatform, Page, key_pair

TYPES = ["ltiResourceLink", "link"]


class Course(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.archive = Archive(SAMPLES / "lessons.csv")
        cls.addClassCleanup(cls.archive.close)
        cls.archive.serve()
        cls.codes = {row["title"]: row["code"] for row in csv.DictReader(cls.archive.run("export").splitlines())}
        cls.title, cls.code = next((title, code) for title, code in cls.codes.items())
        cls.school = cls.platform()
        cls.archive.run(
            "platform", "add", "Məktəb", "--issuer", cls.school.url, "--client-id", CLIENT,
            "--authorization-url", f"{cls.school.url}/auth", "--jwks-url", f"{cls.school.url}/jwks", "--deployment", DEPLOYMENT,
        )

    @classmethod
    def platform(cls):
        platform = LearningPlatform(cls.archive.url)
        cls.addClassCleanup(platform.close)
        return platform

    def arrived(self, answer):
        """The page that a launch leads to."""
        self.assertEqual(answer.status_code, 303, answer.text)
        self.assertEqual(answer.headers["cache-control"], "no-store")
        self.assertNotIn("set-cookie", answer.headers)
        return Page(urljoin(self.archive.url, answer.headers["location"]))

    def refused(self, answer, status, said):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertIn(said, answer.text)
        self.assertNotIn("set-cookie", answer.headers)

    def choosing(self, **about):
        return self.arrived(self.school.come(role=TEACHER, choosing=TYPES, **about))

    def test_a_pupil_watches_the_lesson_of_an_activity(self):
        for about in ({"custom": {"code": self.code}}, {"target": f"{self.archive.url}/l/{self.code}"}):
            with self.subTest(about):
                page = self.arrived(self.school.come(**about))
                self.assertIn(self.title, page.text)
                source = page.root.find(".//video/source").get("src")
                film = requests.get(urljoin(page.url, source), headers={"range": "bytes=0-99"}, timeout=60)
                self.assertEqual(film.status_code, 206)
                self.assertIn(f"frame-ancestors {self.school.url}", page.answer.headers["content-security-policy"])
                # It can be loaded again.
                self.assertIn(self.title, Page(page.url).text)

    def test_an_activity_without_a_lesson_says_how_to_choose_one(self):
        answer = self.school.come()
        self.assertEqual(answer.status_code, 200)
        self.assertIn("No lesson is chosen here yet", answer.text)

    def test_a_teacher_chooses_a_lesson_and_pupils_see_it_from_its_moment(self):
        grades = self.choosing()
        found = grades.send("find", q=self.title)
        lesson = found.follow(self.title)
        lesson = lesson.send("begin", t="0:02")
        form = lesson.form("add")
        self.assertEqual((form.method, form.action), ("POST", f"{self.school.url}/chosen"))
        fields = dict(form.form_values())
        self.assertEqual(list(fields), ["JWT"])
        [item] = self.school.chosen(fields)
        self.assertEqual((item["type"], item["title"]), ("ltiResourceLink", self.title))
        self.assertEqual(item["url"], f"{self.archive.url}/l/{self.code}?t=2")
        self.assertEqual(item["custom"], {"code": self.code, "start": "2"})
        said = jwt.decode(fields["JWT"], options={"verify_signature": False})
        self.assertEqual(said[f"{DEEP}data"], "of-the-course")
        self.assertEqual((said["aud"], said["iss"]), (self.school.url, CLIENT))
        self.assertEqual(said[f"{CLAIM}deployment_id"], DEPLOYMENT)
        policy = lesson.answer.headers["content-security-policy"]
        self.assertIn(f"form-action 'self' {self.school.url};", policy)
        # Both ways that platforms keep what was chosen.
        for about in ({"target": item["url"]}, {"custom": item["custom"], "target": item["url"]}):
            page = self.arrived(self.school.come(**about))
            self.assertIn("#t=2", page.root.find(".//video/source").get("src"))

    def test_a_teacher_takes_several_lessons_of_a_shelf_at_once_or_none(self):
        shelf = self.choosing().send("find", grade="7", subject="mathematics")
        codes = shelf.root.xpath("//input[@name='code']/@value")
        self.assertGreater(len(codes), 1)
        sure = shelf.send("take", code=codes[:2])
        items = self.school.chosen(dict(sure.form("add").form_values()))
        self.assertEqual([item["custom"]["code"] for item in items], codes[:2])
        self.assertEqual(self.school.chosen(dict(sure.form("bar").form_values())), [])

    def test_pupils_choose_nothing(self):
        self.refused(self.school.come(role=PUPIL, choosing=TYPES), 403, "Only teachers choose lessons")

    def test_what_the_platform_did_not_sign_for_this_is_refused(self):
        private, _ = key_pair()
        custom = {"code": self.code}
        for about, said in (
            ({"private": private}, "kid = "),
            ({"issuer": "https://elsewhere.example"}, "iss = "),
            ({"client": "another"}, "aud = "),
            ({"expires": -600}, "exp = "),
            ({"claims": {f"{CLAIM}version": "1.1"}}, "version"),
            ({"claims": {f"{CLAIM}message_type": "LtiSubmissionReviewRequest"}}, "message_type"),
            ({"claims": {f"{CLAIM}deployment_id": "8"}}, "deployment_id"),
            ({"claims": {f"{CLAIM}target_link_uri": "https://elsewhere.example/l/" + self.code}}, "target_link_uri"),
        ):
            with self.subTest(about):
                asked = self.school.asked(self.school.begin())
                if "client" in about:
                    asked["client_id"] = about["client"]
                form = self.school.token(asked, custom=custom, **about)
                answer = self.school.post(form)
                self.refused(answer, 400, said)
                self.assertNotIn(form["id_token"], answer.text)

    def test_a_launch_works_once_and_only_for_the_visit_that_it_was_made_for(self):
        custom = {"code": self.code}
        first = self.school.asked(self.school.begin())
        form = self.school.token(first, custom=custom)
        other = self.school.asked(self.school.begin())
        self.refused(self.school.post(form | {"state": other["state"]}), 400, "nonce")
        self.arrived(self.school.post(form))
        self.refused(self.school.post(form), 400, "It works once")
        self.refused(self.school.post(form | {"state": "made.up"}), 400, "state")

    def test_nobody_comes_from_a_platform_that_was_removed(self):
        school = self.platform()
        self.archive.run(
            "platform", "add", "Başqa", "--issuer", school.url, "--client-id", CLIENT,
            "--authorization-url", f"{school.url}/auth", "--jwks-url", f"{school.url}/jwks",
        )
        page = self.arrived(school.come(custom={"code": self.code}))
        asked = school.asked(school.begin())
        self.archive.run("platform", "remove", "Başqa")
        Page(page.url, status=410)
        self.refused(school.begin(), 400, "not connected")
        self.refused(school.post(school.token(asked, custom={"code": self.code})), 410, "not connected")

    def test_a_platform_registers_itself_by_an_invite_once(self):
        school = self.platform()
        said = self.archive.run("platform", "invite", "--base-url", self.archive.url)
        invite = re.search(r"http://\S+/lti/register/\S+", said)[0]
        query = f"?openid_configuration={school.url}/configuration&registration_token=of-the-administrator"
        page = Page(invite + query)
        self.assertIn(urlsplit(school.url).hostname, page.text)
        self.assertEqual(school.registrations, [])
        form = page.form("add")
        own = {"origin": self.archive.url, "accept-language": "en"}
        where = urljoin(page.url, form.action)
        done = requests.post(where, dict(form.form_values()), headers=own, timeout=60)
        self.assertEqual(done.status_code, 200, done.text)
        [(bearer, sent)] = school.registrations
        self.assertEqual(bearer, "Bearer of-the-administrator")
        tool = sent["https://purl.imsglobal.org/spec/lti-tool-configuration"]
        self.assertEqual(sent["redirect_uris"], [f"{self.archive.url}/lti/launch"])
        self.assertEqual(sent["initiate_login_uri"], f"{self.archive.url}/lti/login")
        self.assertEqual(sent["jwks_uri"], f"{self.archive.url}/lti/jwks.json")
        self.assertEqual(set(tool["claims"]), {"iss", "sub"})
        self.assertIn("LtiDeepLinkingRequest", [message["type"] for message in tool["messages"]])
        # What the platform called it then counts.
        school.client = "given-9"
        self.arrived(school.come(custom={"code": self.code}))
        again = requests.post(where, dict(form.form_values()), headers=own, timeout=60)
        self.assertEqual(again.status_code, 404, again.text)
        self.assertEqual(len(school.registrations), 1)

    def test_a_clock_that_is_wrong_is_named(self):
        asked = self.school.asked(self.school.begin())
        ahead = {"iat": int(time.time()) + 600, "exp": int(time.time()) + 900}
        # The library writes its own times into what it signs.
        form = self.school.token(asked, custom={"code": self.code})
        said = jwt.decode(form["id_token"], options={"verify_signature": False}) | ahead
        head = jwt.get_unverified_header(form["id_token"])
        token = jwt.encode(said, self.school.private, algorithm="RS256", headers={"kid": head["kid"]})
        self.refused(self.school.post(form | {"id_token": token}), 400, "clock")


if __name__ == "__main__":
    unittest.main()
