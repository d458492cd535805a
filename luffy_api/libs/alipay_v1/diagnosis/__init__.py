"""Says in plain words what is wrong with the payment settings; see `diagnose`."""

from luffy_api.libs.alipay_v1.diagnosis.findings import Finding
from luffy_api.libs.alipay_v1.diagnosis.run import diagnose

__all__ = ["Finding", "diagnose"]
