"""Invented people and places. Phone numbers are from the ranges kept for fiction."""

from datetime import date
from random import Random
from typing import Any

FAMILY = """Hartnoll O'Neill Mistry Vandermeer Calloway Dussault Tanabe Prideaux Oyelaran Søndergaard Nguyễn Kowalski
Papadakis Fitzgerald Brennan Whitlock Abara Lindgren Moreau D'Angelo Hargreave Castellanos Yilmaz Okonkwo Petrov
Ferreira Haarmann Blackwood Iyer Saunders McAllister Zhang Tamati Duarte Eriksen Bellweather Rahman Kealoha Novák
Garside Ashworth Pemberton Quirke Lindholm Varga Sato Achterberg Delacroix Winslow Trevelyan Marchetti Osei Holloway
Baptiste Kirkwood Thorne Ellery Montague Rasmussen Langford""".split()
FEMALE = """Amelia Siobhán Lotte Ines Yuki Ingrid Margaret Chloe Aisha Renée Priya Hannah Ngaire Zoë Beatriz Freya
Isla Ottilie Grace Mei Salma Rosa Thea Wanda Elif Noor Carmen Astrid Harriet Leilani""".split()
MALE = """Ravi Marek Owen Bram Tomás Patrick Daniel Viktor Hamish Jarrah Luca Emeka Sven Étienne Arjun Callum Kenji Noah
Rafael Stefan Theo Wiremu Alasdair Björn Femi Hugo Ivan Jonah Kwame Lars""".split()
SUBURBS = ("Seaford", "Frankston", "Carrum", "Chelsea", "Langwarrin", "Mornington")
JOBS = ("Teacher", "Carpenter", "Nurse", "Accountant", "Gardener", "Programmer", "Retired", "Chef", "Student", "")
ALERTS = (
    ("allergy", "danger", "Chlorhexidine allergy"),
    ("anticoagulant", "caution", "Apixaban"),
    ("fainting", "caution", "Fainted in March 2025"),
    ("phobia", "info", "Prefers not to see the needle"),
    ("other", "info", "Hard of hearing on the left"),
)


def patients(random: Random, count: int, today: date) -> list[dict[str, Any]]:
    """Values for `register_patient`, all different in name and birth date."""
    family = random.sample(FAMILY, count)
    return [_patient(random, name, index, today) for index, name in enumerate(family)]


def _patient(random: Random, family: str, index: int, today: date) -> dict[str, Any]:
    female = random.random() < 0.58
    given = random.choice(FEMALE if female else MALE)
    born = date(today.year - random.randint(19, 78), random.randint(1, 12), random.randint(1, 28))
    with_email = random.random() < 0.8
    return {
        "family_name": family,
        "given_names": given,
        "date_of_birth": born,
        "sex_at_birth": "female" if female else "male",
        "phones": [{"kind": "mobile", "number": f"+6149157{index:04d}"}],
        "email": f"patient{index + 1}@demo.example" if with_email else "",
        "email_ok": with_email,
        "documents_by_email_ok": with_email and random.random() < 0.7,
        "address_line1": f"{random.randint(1, 180)} {random.choice(['Banksia', 'Wattle', 'Harbour', 'Station'])} Street",
        "suburb": random.choice(SUBURBS),
        "state": "VIC",
        "postcode": str(random.randint(3190, 3199)),
        "occupation": random.choice(JOBS),
    }
