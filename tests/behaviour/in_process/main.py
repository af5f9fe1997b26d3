import asyncio
from contextlib import suppress

import tables
from tables import NoSuchTable, paths, spread


async def rows(limit: int) -> str:
    try:
        found = tables.divisors(limit, least=20)
    except NoSuchTable as problem:
        return f"{type(problem).__name__}: {problem}"
    return f"{len(found)} up to {max(found)}"


async def main() -> None:
    print(*await asyncio.gather(rows(4_000), rows(0), rows(3_000)), sep=", ")
    text = tables.listing()
    print(paths(18), len(text), text[-30:])
    words = ["ant", "bee", "ant"]
    print(spread(words), words)
    with suppress(TypeError):
        spread(3)
        print("never")


if __name__ == "__main__":
    asyncio.run(main())
