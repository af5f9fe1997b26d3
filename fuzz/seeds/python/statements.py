import threading, time
lock = threading.Lock()
async def f(p):
    with open(p) as a, open(p + "x", "w") as b:
        b.write(a.read())
    with lock:
        time.sleep(1)
    try:
        text = open(p).read()
    except OSError as error:
        raise ValueError(time.sleep(1)) from error
    else:
        for line in open(p):
            del text[time.sleep(1)]
    finally:
        while time.sleep(1): continue
    match time.sleep(1):
        case [1, *_] if time.sleep(2): pass
        case {"a": x, **rest}: text += open(x).read()
        case _: assert time.sleep(3), time.sleep(4)
