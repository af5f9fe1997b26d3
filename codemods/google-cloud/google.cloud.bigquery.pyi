from typing import Any

from google.cloud.bigquery.client import Client as Client
from google.cloud.bigquery.job import CopyJob as CopyJob, ExtractJob as ExtractJob, LoadJob as LoadJob, QueryJob as QueryJob
from google.cloud.bigquery.table import Row as Row, RowIterator as RowIterator

def __getattr__(name: str) -> Any: ...
