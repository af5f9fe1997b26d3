from typing import Any

from kubernetes.config import load_kube_config as load_kube_config, load_kube_config_from_dict as load_kube_config_from_dict, list_kube_config_contexts as list_kube_config_contexts, new_client_from_config as new_client_from_config, new_client_from_config_dict as new_client_from_config_dict

def __getattr__(name: str) -> Any: ...
