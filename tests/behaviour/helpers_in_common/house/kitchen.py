from .cellar import count
from .light import Lamp

SHELF = {"salt": 3}


async def cook(dish, *spices):
    lamp = Lamp("kitchen")
    with lamp:
        pots = await count(dish)
        return dish, pots, [SHELF[spice] for spice in spices or ["pepper"]], lamp.times
    return dish, "without spices", lamp.times
