from unittest import mock

import pytest

import prices
import shop


def test_fetch(first, seen):
    assert prices.fetch("first") == first
    seen.append(("got", first))


def test_first(first, seen):
    assert first["price"] == 5
    seen.append(("one", first["name"]))


def test_none(seen):
    with pytest.raises(KeyError) as caught:
        prices.fetch("none")
    seen.append(("none", str(caught.value)))


@pytest.mark.parametrize("name, price", [("a", 1), ("bb", 2)])
def test_prices(name, price, seen):
    assert prices.fetch(name)["price"] == price
    seen.append((name, price))


class TestBasket:
    def test_add(self, basket: prices.Basket, seen):
        assert basket.add("x") == 2
        seen.append(("put", len(basket.items)))

    @mock.patch("prices.fetch", return_value={"price": 7})
    def test_total(self, fetch, seen):
        assert prices.total(["a", "b"]) == 14
        assert fetch.call_count == 2
        seen.append(("sum", fetch.call_args))

    def test_nothing(self, seen):
        seen.append(("nothing", None))


@pytest.mark.asyncio
async def test_checkout(seen):
    seen.append(("sold", await shop.checkout(["a", "bb"])))
