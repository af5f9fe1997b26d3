import test_deep


def prepare() -> None:
    test_deep.fill()
