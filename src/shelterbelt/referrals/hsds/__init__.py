"""A services directory as Open Referral HSDS 3.0: JSON, or a folder of CSV tables; 3.1 is read too.
A confidential place is kept and written without address, coordinates or any word of them. It fetches nothing.
"""

from shelterbelt.referrals.hsds.hiding import hide
from shelterbelt.referrals.hsds.reading import read
from shelterbelt.referrals.hsds.records import (
    Address,
    Area,
    DirectoryError,
    Language,
    Location,
    Organization,
    Phone,
    Refusal,
    Schedule,
    ServiceRecord,
    Term,
)
from shelterbelt.referrals.hsds.writing import write

__all__ = ["Address", "Area", "DirectoryError", "Language", "Location", "Organization", "Phone", "Refusal"]
__all__ += ["Schedule", "ServiceRecord", "Term", "hide", "read", "write"]
