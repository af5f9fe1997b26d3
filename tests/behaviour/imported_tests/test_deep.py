from store import STORE


def fill() -> None:
    STORE.ready = None
