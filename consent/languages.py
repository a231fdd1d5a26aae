"""Languages of consent texts: their own names, and in which direction they are written."""

from django.conf.locale import LANG_INFO


def name_of(code: str) -> str:
    """As its speakers write it: Tiếng Việt. An unknown code stands for itself."""
    found = LANG_INFO.get(code.lower()) or LANG_INFO.get(code[:2])
    local = found.get("name_local", code) if found else code
    return str(local[:1].upper() + local[1:])


def direction(code: str) -> str:
    return "rtl" if LANG_INFO.get(code[:2], {}).get("bidi") else "ltr"


def choices(but: set[str]) -> list[tuple[str, str]]:
    """Languages a practice may begin a text in, by their English name."""
    known = {code: info for code, info in LANG_INFO.items() if len(code) == 2 and "name" in info and code not in but}
    named = [(code, f"{info['name']} ({name_of(code)})") for code, info in known.items()]
    return sorted(named, key=lambda pair: pair[1])
