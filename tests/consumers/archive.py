"""What a test of others' readers is given: an archive of its own with the sample lessons, and its server.

Run by `make test-consumers`, in the environment that `scripts/setup test` makes; by hand:

    TELEDARS_BIN=target/debug/teledars target/consumers/bin/python -m unittest discover -s tests/consumers -p '*_test.py'
"""

import os
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "media/samples"
BINARY = os.environ.get("TELEDARS_BIN") or str(REPOSITORY / "target/debug/teledars")
# How long a start or a stop may take on a slow and busy machine, in seconds.
PATIENCE = 60

# Variables of whoever runs the tests set nothing here. Lessons stay as they are, unless a test is about that.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("TELEDARS_")} | {
    "TELEDARS_JOBS": "0",
}
# What is asked here is asked of this machine, whatever stands between it and others.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"


class Archive:
    """A data folder that is gone when it is closed, and its server while there is one; `url` is where that listens."""

    def __init__(self, *sheets):
        self.folder = tempfile.mkdtemp(prefix="teledars-consumers-")
        self.data = Path(self.folder) / "data"
        self.url = None
        self._server = None
        self._log = []
        self._logging = None
        for sheet in sheets:
            self.run("import", sheet)

    @classmethod
    def of_samples(cls):
        """The sample lessons, served."""
        archive = cls(SAMPLES / "lessons.csv")
        archive.serve()
        return archive

    def run(self, *arguments, status=0):
        """`teledars ARGUMENTS --data` this archive; what it prints."""
        command = [BINARY, *map(str, arguments), "--data", str(self.data)]
        done = subprocess.run(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != status:
            raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def serve(self, *flags):
        """Starts the server on a free port of this machine, with more flags."""
        command = [BINARY, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", *flags]
        pipe = subprocess.PIPE
        self._server = subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)
        self._logging = threading.Thread(target=self._log.extend, args=(self._server.stderr,), daemon=True)
        self._logging.start()
        first = self._server.stdout.readline()
        found = re.fullmatch(r"listening on (http://\S+)\n", first)
        if not found:
            self._server.wait(PATIENCE)
            self._logging.join()
            raise AssertionError(f"not an address: {first!r}\n{''.join(self._log)}")
        self.url = found[1]

    def stop(self):
        """Ends the server in order."""
        if self._server is None:
            return
        self._server.terminate()
        try:
            status = self._server.wait(PATIENCE)
        finally:
            self._server.kill()
            self._logging.join()
            self._server.stdout.close()
            self._server.stderr.close()
        self._server = None
        if status != 0:
            raise AssertionError(f"the server ended with {status}\n{''.join(self._log)}")

    def make_everything(self):
        """Has all qualities, pictures and sounds of every lesson made, and ends the server that made them."""
        self.serve("--jobs", "1")
        self.run("jobs", "watch")
        self.stop()

    def close(self):
        """Ends the server and removes the folder."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder)
