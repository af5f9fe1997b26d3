from .drawer import Drawer

DRAWER = Drawer("drawer.txt")


async def sell(amount):
    return DRAWER.take(amount)


async def serve(amounts):
    return [await sell(amount) for amount in amounts]


async def last():
    return DRAWER.last()
