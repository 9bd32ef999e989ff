"""The civil time of a country, by its top-level domain; none for countries of several zones."""

from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_ZONES: Final = {
    "ae": "Asia/Dubai", "al": "Europe/Tirane", "am": "Asia/Yerevan", "ar": "America/Buenos_Aires",
    "at": "Europe/Vienna", "az": "Asia/Baku", "ba": "Europe/Sarajevo", "bd": "Asia/Dhaka",
    "be": "Europe/Brussels", "bg": "Europe/Sofia", "by": "Europe/Minsk", "ch": "Europe/Zurich",
    "cn": "Asia/Shanghai", "cr": "America/Costa_Rica", "cz": "Europe/Prague",
    "de": "Europe/Berlin", "dk": "Europe/Copenhagen", "ee": "Europe/Tallinn",
    "eg": "Africa/Cairo", "fi": "Europe/Helsinki", "fr": "Europe/Paris", "ge": "Asia/Tbilisi",
    "gh": "Africa/Accra", "gr": "Europe/Athens", "hk": "Asia/Hong_Kong", "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest", "ie": "Europe/Dublin", "il": "Asia/Jerusalem", "in": "Asia/Kolkata",
    "ir": "Asia/Tehran", "is": "Atlantic/Reykjavik", "it": "Europe/Rome", "jp": "Asia/Tokyo",
    "ke": "Africa/Nairobi", "kr": "Asia/Seoul", "li": "Europe/Vaduz", "lk": "Asia/Colombo",
    "ls": "Africa/Maseru", "lt": "Europe/Vilnius", "lu": "Europe/Luxembourg",
    "lv": "Europe/Riga", "ma": "Africa/Casablanca", "mk": "Europe/Skopje", "my": "Asia/Kuala_Lumpur",
    "na": "Africa/Windhoek", "ng": "Africa/Lagos", "nl": "Europe/Amsterdam", "no": "Europe/Oslo",
    "np": "Asia/Kathmandu", "nz": "Pacific/Auckland", "pe": "America/Lima", "ph": "Asia/Manila",
    "pk": "Asia/Karachi", "pl": "Europe/Warsaw", "ro": "Europe/Bucharest", "rs": "Europe/Belgrade",
    "sa": "Asia/Riyadh", "se": "Europe/Stockholm", "sg": "Asia/Singapore", "si": "Europe/Ljubljana",
    "sk": "Europe/Bratislava", "th": "Asia/Bangkok", "tr": "Europe/Istanbul", "tw": "Asia/Taipei",
    "tz": "Africa/Dar_es_Salaam", "ua": "Europe/Kyiv", "ug": "Africa/Kampala",
    "uk": "Europe/London", "vn": "Asia/Ho_Chi_Minh", "za": "Africa/Johannesburg",
    "zw": "Africa/Harare",
}  # fmt: skip


@cache
def zone_named(name: str) -> ZoneInfo | None:
    """The zone of the tz database; None on a machine without it."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None


def zone_of(suffix: str | None) -> ZoneInfo | None:
    """The zone of a country's sites, ``de`` or ``uk``; None where that is not one zone."""
    return zone_named(_ZONES[suffix]) if suffix in _ZONES else None
