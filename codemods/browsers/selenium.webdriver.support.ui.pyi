from typing import Any

from selenium.webdriver.support.select import Select as Select
from selenium.webdriver.support.wait import WebDriverWait as WebDriverWait

def __getattr__(name: str) -> Any: ...
