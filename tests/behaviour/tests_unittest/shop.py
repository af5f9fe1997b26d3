import prices


async def checkout(names):
    basket = prices.Basket()
    for name in names:
        basket.add(name)
    return prices.total(names), len(basket.items)
