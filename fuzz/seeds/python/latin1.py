# -*- coding: latin-1 -*-
import time
async def f():
    x = 'é…'; time.sleep(1)
