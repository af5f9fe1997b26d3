"""A diary keeps its file open, and begins a new one when that is long."""

import os
import subprocess
import sys


class Diary:
    def __init__(self, name, most):
        self.name, self.most = name, most
        self.part, self.file, self.entries = 0, None, 0

    def open(self):
        self.file = open(f"{self.name}.{self.part}", "a+")

    def write(self, who, text):
        self.file.write(f"{who}:")
        self.file.write(f"{text}\n")
        self.entries += 1
        if self.file.tell() > self.most:
            self.file.close()
            os.rename(f"{self.name}.{self.part}", f"{self.name}-{self.part}")
            self.part += 1
            self.open()
        return self.entries

    def read(self):
        self.file.seek(0)
        return [line.strip() for line in self.file]

    def close(self):
        self.file.close()
        self.file = None

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *exc):
        self.close()


class Speller:
    """A process that is asked line by line."""

    CODE = "import sys\nfor line in sys.stdin:\n    for c in line.strip():\n        print(c, flush=True)\n    print(flush=True)"

    def __init__(self):
        self.process = None

    def spell(self, word):
        if self.process is None:
            command = [sys.executable, "-c", self.CODE]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        letters = []
        while letter := self.process.stdout.readline().strip():
            letters.append(letter)
        return "-".join(letters)

    def stop(self):
        self.process.communicate()
        return self.process.returncode
