import time
async def f(x):
    x = time.sleep \
        (1) if x else \
        time . sleep(2)
    return(time.sleep)(3)if(time.sleep)(4)else(time.sleep)(5)