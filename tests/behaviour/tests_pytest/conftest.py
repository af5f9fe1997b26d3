import pytest

import prices

SEEN = []


@pytest.fixture
def seen():
    return SEEN


@pytest.fixture
def first():
    return prices.fetch("first")


@pytest.fixture
def basket(first):
    basket = prices.Basket()
    basket.add(first["name"])
    yield basket
    SEEN.append(("left", basket.add("last")))
