import asyncio

import service
import shop

BASE = service.start()


async def main() -> None:
    print(shop.price(f"{BASE}/a"), shop.stock(f"{BASE}/a"))
    try:
        shop.price(f"{BASE}/a?status=404")
    except shop.ShopError as error:
        print(error, type(error.__cause__).__name__)
    print(shop.stock(f"{BASE}/a?status=503"))
    ratings = [shop.rating(f"{BASE}/a"), shop.rating(f"{BASE}/a?status=500")]
    for rating in await asyncio.gather(*ratings, return_exceptions=True):
        print(type(rating).__name__)
    async for name, size in shop.sizes(BASE, ["a", "bb"]):
        print(name, size)
    async for status in shop.statuses(BASE, ["a", "b?status=410"]):
        print(status)
    print(await shop.is_open("http://127.0.0.1:9"))
    for seen in sorted(service.SEEN, key=str):
        print(*seen)


asyncio.run(main())
