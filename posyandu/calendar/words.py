"""Dates, times and ages as Indonesians write them."""

from datetime import date

from posyandu.anthropometry import age_days, completed_months

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def say_date(on: date) -> str:
    """ "Kamis, 12 November 2026"."""
    return f"{DAYS[on.weekday()]}, {on.day} {MONTHS[on.month - 1]} {on.year}"


def short_date(on: date) -> str:
    """ "12 Nov 2026"."""
    return f"{on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def say_month(month: str) -> str:
    """ "2026-11" -> "November 2026"."""
    return f"{MONTHS[int(month[5:7]) - 1]} {month[:4]}"


def say_time(minutes: int) -> str:
    """Minutes after midnight -> "08.00"."""
    return f"{minutes // 60:02d}.{minutes % 60:02d}"


def say_age(birth: date, on: date) -> str:
    """ "12 hari" in the first month, then "9 bulan", "2 tahun", "1 tahun 9 bulan"."""
    if on < birth:
        return "belum lahir"
    years, months = divmod(completed_months(birth, on), 12)
    if not years:
        return f"{months} bulan" if months else f"{age_days(birth, on)} hari"
    return f"{years} tahun {months} bulan" if months else f"{years} tahun"
