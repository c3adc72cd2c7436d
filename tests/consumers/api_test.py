"""The API does what its description says: schemathesis asks every operation for what it allows, and for what it does not."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

from archive import Archive

SCHEMATHESIS = Path(sys.executable).parent / "st"
# Cases of each operation in `make test`; `make soak-api` asks for more.
EXAMPLES = os.environ.get("API_EXAMPLES", "8")
# The same cases at each run.
SEED = "7"
# A cursor is a string, and yet no string that one makes up is a cursor; ids of vocabularies, names of fields and moments
# are such as well. That they are refused is right, whatever else the description allows. And who names another state of a
# lesson is told that (412) before their values are looked at.
SETTINGS = """
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 414, 415, 422, "5xx"]
positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 410, 412, 422, 429, "5xx"]
"""


class Api(unittest.TestCase):
    def setUp(self):
        self.archive = Archive.of_samples()
        self.addCleanup(self.archive.close)
        self.archive.stop()
        # What one address sends here is more than a limit is for.
        self.archive.serve("--api-requests-per-minute", "0")

    def expect_nothing_found(self, *arguments, tokens=()):
        Path(self.archive.folder, "schemathesis.toml").write_text(SETTINGS)
        command = [
            SCHEMATHESIS, "run", self.archive.url + "/api/v1/openapi.json",
            "--max-examples", EXAMPLES, "--seed", SEED, "--request-timeout", "20",
            "--phases", "examples,coverage,fuzzing", "--generation-database", "none", "--no-color",
            "--suppress-health-check", "all", "--warnings", "off",
            *arguments,
        ]
        for token in tokens:
            command += ["--header", f"Authorization: Bearer {token}"]
        done = subprocess.run(command, cwd=self.archive.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-20000:] + done.stderr[-2000:])

    def test_what_anybody_may_read(self):
        self.expect_nothing_found("--include-tag", "lessons", "--include-method", "GET")

    def test_what_an_administrator_may_do(self):
        # The person and the token that are acted with have numbers that nobody guesses: else both are soon taken away.
        for other in range(40):
            self.archive.run("token", "create", f"teacher {other}", "--role", "teacher")
        token = self.archive.run("token", "create", "leyla", "--role", "admin").strip()
        self.expect_nothing_found(
            # They go on for as long as somebody listens.
            "--exclude-path-regex", "/events$",
            tokens=[token],
        )


if __name__ == "__main__":
    unittest.main()
