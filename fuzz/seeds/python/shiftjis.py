#
# vim: set fileencoding=shift_jis :
import time
async def f():
    x = '日本'; time.sleep(1)
