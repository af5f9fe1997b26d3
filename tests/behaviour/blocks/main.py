"""Properties, operators, context managers and generators that block, in coroutines that run side by side."""

import asyncio
import time


class Sensor:
    def __init__(self, name):
        self.name = name

    @property
    def level(self):
        time.sleep(0.001)
        return len(self.name)

    def __getitem__(self, key):
        time.sleep(0.001)
        return f"{self.name}[{key}]"

    def __contains__(self, key):
        time.sleep(0.001)
        return key in self.name

    def __enter__(self):
        time.sleep(0.001)
        return self.name

    def __exit__(self, *error):
        time.sleep(0.001)
        return False


def readings(sensor: Sensor, count):
    for number in range(count):
        time.sleep(0.001)
        yield f"{sensor.name}{number}"


def shown(text):
    return f"""
<{text}>
    indented as it is
"""


async def properties(sensor: Sensor):
    level = sensor.level
    await asyncio.sleep(0)
    if sensor.level > 3 and "e" in sensor:
        level += sensor.level
    return level, sensor["key"], f"{sensor.level} of {sensor.name}"


async def managed(sensor: Sensor, default="nothing"):
    """With a docstring, and a parameter that is bound again."""
    with sensor as name:
        # A comment stays where it was.
        if len(name) > 4:
            return shown(f"""{name}
  and a second line""")
        default = name.upper()
    return default


async def consumed(sensor: Sensor):
    total = 0
    for reading in readings(sensor, 3):
        if reading.endswith("1"):
            continue
        total += len(reading)
    await asyncio.sleep(0)
    first = next(readings(sensor, 2), None)
    pairs = dict(zip(range(2), readings(sensor, 5)))
    return total, first, pairs, any(reading.endswith("1") for reading in readings(sensor, 3))


async def bound(sensor: Sensor):
    await asyncio.sleep(0)
    with sensor as name:
        size = len(name)
        kept = name
    await asyncio.sleep(0)
    return size, kept


async def again(sensor: Sensor):
    """Both loops have a variable of the same name."""
    await asyncio.sleep(0)
    found = []
    for reading in readings(sensor, 2):
        found.append(reading)
    await asyncio.sleep(0)
    for reading in readings(sensor, 3):
        found.append(reading.upper())
    with sensor as name:
        kept = name * 2
    found.append(kept)
    with sensor as name:
        kept = name * 3
    return found, kept


async def failing(sensor: Sensor):
    await asyncio.sleep(0)
    try:
        with sensor as name:
            raise KeyError(name)
    except KeyError as error:
        return f"caught {error}"


async def main():
    sensors = [Sensor("kitchen"), Sensor("hall")]
    for job in (properties, managed, consumed, bound, again, failing):
        for result in await asyncio.gather(*(job(sensor) for sensor in sensors)):
            print(job.__name__, result)


asyncio.run(main())
