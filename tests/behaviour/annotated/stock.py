import time


def load(place):
    time.sleep(0.005)
    return [place, place.upper()]


class Stock:
    def __init__(self, places):
        self.places = places

    def all(self):
        for place in self.places:
            yield load(place)

    def first(self):
        return load(self.places[0])[0]
