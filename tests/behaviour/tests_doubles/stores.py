import time


class Store:
    def load(self, key):
        time.sleep(0.01)
        return {"key": key}


class Cache:
    def read(self, key):
        time.sleep(0.01)
        return key


class Clock:
    def tick(self):
        time.sleep(0.01)
        return 1


def fetch(key):
    time.sleep(0.01)
    return key


def find(key):
    time.sleep(0.01)
    return key


def peek(key):
    time.sleep(0.01)
    return key
