import asyncio
import logging
import tempfile
from pathlib import Path

from handlers import Journal, set_up

log = logging.getLogger("jobs.runner")


class Cart:
    def __init__(self) -> None:
        self.load = 0

    def __repr__(self) -> str:
        return f"<{self.load} kg>"


async def work(folder: Path, job: str, weights: list[int]) -> str:
    with Journal(folder / f"{job}.txt", job) as path:
        cart = Cart()
        for weight in weights:
            await asyncio.sleep(0)
            cart.load += weight
            logging.getLogger("carts").info("%s", cart, extra={"job": job, "cart": cart})
            if weight > 9:
                log.warning("%s carries %s", job, weights, extra={"job": job})
                weights.append(0)
            else:
                log.info("carries %d", weight, extra={"job": job, "few": [weight]})
        try:
            1 / weights[0]
        except ZeroDivisionError:
            log.exception("nothing", extra={"job": job})
    return path.read_text().splitlines()[0]


async def main(folder: Path) -> None:
    with open(folder / "spool.txt", "w") as spool:
        set_up(folder, spool)
        await asyncio.sleep(0)
        log.error("begin")
        print(await asyncio.gather(work(folder, "a", [1, 10, 20]), work(folder, "b", [0, 2]), work(folder, "c", [30])))
        logging.getLogger().error("end")
        logging.shutdown()


folder = Path(tempfile.mkdtemp())
asyncio.run(main(folder))
log.error("after the loop")
for path in sorted(folder.iterdir()):
    print(path.name, *(line for line in path.read_text().splitlines() if not line.startswith("  ")), sep="\n")
