"""Days of other calendars: solar Hijri (Iran), lunar Hijri (Umm al-Qura, Saudi Arabia).

The conversions are those of jdatetime and hijridate; both are loaded at the first such date.
Eras that only count years otherwise (Buddhist, Japanese, of the Republic of China) need none.
"""

from datetime import date
from typing import Final

_SOLAR: Final = (
    ("فروردین",), ("اردیبهشت",), ("خرداد",), ("تیر",), ("مرداد",), ("شهریور",), ("مهر",), ("آبان",),
    ("آذر",), ("دی",), ("بهمن",), ("اسفند",),
)  # fmt: skip
_LUNAR: Final = (
    ("محرم",), ("صفر",), ("ربيع الأول", "ربيع الاول"), ("ربيع الآخر", "ربيع الثاني"),
    ("جمادى الأولى", "جمادى الاولى"), ("جمادى الآخرة", "جمادى الثانية"), ("رجب",), ("شعبان",),
    ("رمضان",), ("شوال",), ("ذو القعدة", "ذي القعدة"), ("ذو الحجة", "ذي الحجة"),
)  # fmt: skip
SOLAR: Final = "solar hijri"
LUNAR: Final = "lunar hijri"

# A month's name to its calendar and number.
MONTHS: Final = {
    name: (calendar, number)
    for calendar, months in ((SOLAR, _SOLAR), (LUNAR, _LUNAR))
    for number, names in enumerate(months, 1)
    for name in names
}


def to_gregorian(calendar: str, year: int, month: int, day: int) -> date | None:
    """The Gregorian day, or None where the calendar has no such day or its tables end."""
    try:
        if calendar == SOLAR:
            from jdatetime import date as solar  # type: ignore[import-untyped]

            there = solar(year, month, day).togregorian()
        else:
            from hijridate import Hijri

            there = Hijri(year, month, day).to_gregorian()
        return date(there.year, there.month, there.day)
    except (ValueError, OverflowError):
        return None
