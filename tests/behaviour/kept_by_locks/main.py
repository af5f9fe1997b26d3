"""What tasks check and then do together is still one step for all of them."""

import asyncio

from desk import Desk, Rates, Tickets, Till
from signer import Signer
from words import meaning


async def put(desk: Desk, name: str) -> int:
    return add(desk, name)


def add(desk: Desk, name: str) -> int:
    return desk.store(name, name.encode() * 40_000)


async def main():
    desk = Desk()
    print(await asyncio.gather(*(put(desk, name) for name in "abcab"), return_exceptions=True))
    print(await asyncio.gather(*(desk.version(name) for name in "xyxxy")), desk.asked, sorted(desk.versions))
    print(await asyncio.gather(desk.forget("x"), desk.version("x"), desk.version("y")), desk.asked)
    rates = Rates()
    print(await asyncio.gather(rates.get("euro"), rates.get("euro"), rates.get("pound")), rates.loads)
    tickets = Tickets()
    print(await asyncio.gather(*map(tickets.issue, ["ann", "bob", "cem"])), tickets.next_number)
    print(await asyncio.gather(*map(tickets.serve, [1, 2, 3])))
    till = Till()
    print(await asyncio.gather(till.pay(10), till.pay(95), till.pay(5), return_exceptions=True), till.balance)
    signer = Signer()
    print(await asyncio.gather(*map(signer.sign, ["a", "b", "a"])), signer.computed, signer)
    print(await asyncio.gather(*map(meaning, ["tea", "rice", "tea"])))


asyncio.run(main())
