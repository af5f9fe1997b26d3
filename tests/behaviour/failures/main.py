import asyncio
import time


class Broken(Exception):
    pass


def fail(kind):
    time.sleep(0.01)
    raise kind("it broke")


def fine():
    time.sleep(0.01)
    return "fine"


async def main():
    for kind in (Broken, ValueError, KeyError):
        try:
            fail(kind)
        except Broken as error:
            print("broken", error)
        except (ValueError, KeyError) as error:
            print(type(error).__name__, error)
        else:
            print("never")
        finally:
            print(fine())
    try:
        return fail(Broken)
    except Broken:
        print("caught before the return")
    try:
        open("missing.txt")
    except FileNotFoundError as error:
        print(error.filename)


asyncio.run(main())
