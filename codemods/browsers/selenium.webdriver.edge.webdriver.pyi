from typing import Any

from selenium.webdriver import Edge as WebDriver

def __getattr__(name: str) -> Any: ...
