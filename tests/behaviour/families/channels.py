"""Ways to send a text; a telegraph is none of them."""

import time
from abc import ABC, abstractmethod


class Channel(ABC):
    @abstractmethod
    def send(self, text: str) -> bool:
        """Whether it was taken."""

    def send_all(self, texts):
        return sum(1 for text in texts if self.send(text))

    def describe(self):
        return type(self).__name__.lower()


class Mail(Channel):
    def __init__(self, name):
        self.name = name

    def send(self, text):
        time.sleep(0.01)
        print("mail", self.name, text)
        return bool(text)


class Loud(Mail):
    def send(self, text):
        return super().send(text.upper()) and not text.isdigit()


class Pager(Channel):
    def send(self, text):
        time.sleep(0.01)
        return len(text) > 2


class Quiet(Channel):
    def send(self, text):
        return True


class Telegraph:
    def send(self, text, stop="STOP"):
        return f"{text} {stop}", len(self.__class__.__name__)
