"""Both programs, docker and tagwise, as a person runs them on one engine."""

import io
import os
import re
import subprocess
import sys
import tarfile

import attrs

from support.real_parts import require

SECONDS = 60
# What depends on the second in which each of the two is asked.
AGE = re.compile(r"Less than a second ago|About a minute ago|\d+ (?:second|minute)s? ago")


@attrs.frozen
class Ended:
    """How a run ended whose exit status is not known beforehand."""

    returncode: int
    stdout: str
    stderr: str


class Terminal:
    """Runs either program in a home of its own, with `address` as its engine."""

    def __init__(self, address, home):
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "DOCKER_HOST": address,
            "DOCKER_BUILDKIT": "0",
            "LANG": "C.UTF-8",
        }

    def run(self, *command, code=0, stdin=b""):
        done = subprocess.run(
            command,
            env=self.environment,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
        out, err = done.stdout.decode(errors="replace"), done.stderr.decode()
        assert "Traceback" not in err, err
        if code is None:
            return Ended(done.returncode, out, err)
        assert done.returncode == code, (out, err)
        return out if code == 0 else err

    def docker(self, *words, **options):
        return self.run(require("docker"), *words, **options)

    def tagwise(self, *words, **options):
        return self.run(sys.executable, "-P", "-m", "tagwise", *words, **options)

    def make(self, name, content, *changes):
        """Import an image of one file; give its id."""
        words = [word for change in changes for word in ("--change", change)]
        return self.docker("import", *words, "-", *filter(None, [name]), stdin=tar(content)).strip()


def tar(content, **others):
    """Pack files, one of them called `file`."""
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as archive:
        for name, each in {"file": content, **others}.items():
            member = tarfile.TarInfo(name)
            member.size = len(each)
            archive.addfile(member, io.BytesIO(each))
    return body.getvalue()
