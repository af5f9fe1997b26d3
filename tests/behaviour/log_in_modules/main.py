"""A shop whose modules set up a log each; both logs are shown when all is over."""

import asyncio
import logging
from pathlib import Path

from shop import audit, stock


async def sell(number):
    stock.take(number)
    await asyncio.sleep(0)
    audit.note("sold", number)


async def main():
    await asyncio.gather(*(sell(number) for number in range(4)))
    logging.getLogger("shop").warning("closing")


audit.set_up()
asyncio.run(main())
for name in ("audit.log", "stock.log"):
    print(name, Path(__file__).with_name(name).read_text(), sep="\n", end="")
