"""Sets what the program never does."""


def test_label(desk):
    desk.label = "of the test"
    assert desk.label
