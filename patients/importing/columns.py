"""What a column means: the fields of each kind, and the names that other systems give them.

Sources, read in November 2026: the public description of a patient in Cliniko's API (fields of `Patient`), the columns
that Nookal's help lists under "Moving to Nookal", and for Jane the usual words for such columns: no list of its export was found.
Exports differ between versions and practices, so a likeness is only offered: the person confirms every column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from practice.folding import fold


@dataclass(frozen=True)
class Field:
    """Something a column can be. `names` are other words for it, folded; the label itself counts as one."""

    key: str
    label: str
    names: tuple[str, ...] = ()
    is_day: bool = False


PERSON = (
    Field("patient_source_id", "Patient: number in the old system",
          ("patient id", "client id", "patient guid", "patient number", "id patient")),
    Field("patient_record_number", "Patient: record number here", ("record number",)),
    Field("patient_family_name", "Patient: family name", ("last name", "surname", "patient last name", "family name")),
    Field("patient_given_names", "Patient: given names", ("first name", "given name", "patient first name", "given names")),
    Field("patient_full_name", "Patient: whole name", ("patient", "patient name", "client", "client name", "name")),
    Field("patient_born", "Patient: date of birth", ("date of birth", "dob", "birth date", "patient dob"), is_day=True),
)  # fmt: skip

FIELDS: dict[str, tuple[Field, ...]] = {
    "patients": (
        Field("source_id", "Number in the old system", ("id", "patient id", "client id", "patient guid", "patient number", "old reference id")),
        Field("family_name", "Family name", ("last name", "surname", "lastname", "name last")),
        Field("given_names", "Given names", ("first name", "given name", "firstname", "forename", "name first")),
        Field("middle_name", "Middle name", ("middle names",)),
        Field("full_name", "Whole name", ("name", "patient name", "client name", "patient")),
        Field("preferred_name", "Known as", ("preferred name", "preferred first name", "nickname", "known as")),
        Field("date_of_birth", "Date of birth", ("dob", "birth date", "birthdate", "date of birth", "born"), is_day=True),
        Field("sex_at_birth", "Sex at birth", ("sex", "gender", "biological sex")),
        Field("gender", "Gender in their own words", ("gender identity",)),
        Field("pronouns", "Pronouns"),
        Field("mobile", "Mobile phone", ("mobile", "mobile number", "phone mobile", "cell phone", "phone number mobile")),
        Field("home_phone", "Home phone", ("phone", "phone home", "phone number", "home", "phone number home", "telephone")),
        Field("work_phone", "Work phone", ("phone work", "work", "phone number work")),
        Field("email", "E-mail", ("email", "email address", "e mail")),
        Field("address_line1", "Street", ("address 1", "address line 1", "street", "address", "street address")),
        Field("address_line2", "Street, second line", ("address 2", "address line 2", "street address 2")),
        Field("suburb", "Suburb", ("city", "town", "city suburb")),
        Field("state", "State", ("province", "region")),
        Field("postcode", "Postcode", ("post code", "postal code", "zip", "postal")),
        Field("country", "Country"),
        Field("emergency_name", "Emergency contact", ("emergency contact name",)),
        Field("emergency_relation", "Emergency contact: relation", ("emergency contact relationship",)),
        Field("emergency_phone", "Emergency contact: phone", ("emergency contact phone",)),
        Field("occupation", "Occupation", ("job",)),
        Field("medicare", "Medicare number", ("medicare", "medicare card number")),
        Field("medicare_reference", "Medicare: number in front of the name", ("medicare reference number", "medicare irn")),
        Field("dva", "DVA number", ("dva card number", "dva")),
        Field("notes", "Front desk notes", ("notes", "appointment notes", "comments")),
    ),
    "contacts": (
        Field("source_id", "Number in the old system", ("id", "contact id")),
        Field("kind", "Kind of contact", ("type", "type of contact", "contact type")),
        Field("given_names", "Given names", ("first name",)),
        Field("family_name", "Family name", ("last name", "surname")),
        Field("title", "Title", ("prefix",)),
        Field("name", "Whole name", ("name", "contact", "full name", "contact name")),
        Field("organisation", "Organisation", ("company", "company name", "practice", "organization")),
        Field("provider_number", "Provider number", ("provider",)),
        Field("phone", "Phone", ("phone number", "work phone", "mobile phone", "phone 1", "home phone")),
        Field("email", "E-mail", ("email", "email address")),
        Field("address_line1", "Street", ("address 1", "address line 1", "address")),
        Field("address_line2", "Street, second line", ("address 2", "address line 2")),
        Field("suburb", "Suburb", ("city", "city suburb")),
        Field("state", "State", ("province",)),
        Field("postcode", "Postcode", ("post code", "postal code")),
    ),
    "alerts": (
        Field("source_id", "Number in the old system", ("id", "alert id", "medical alert id")),
        *PERSON,
        Field("kind", "Kind of alert", ("type", "alert type", "category")),
        Field("severity", "Severity", ("level", "priority")),
        Field("text", "Text", ("name", "alert", "medical alert", "description", "note", "details")),
        Field("starts_on", "Since", ("created at", "date", "date added", "start date", "starts on"), is_day=True),
        Field("ends_on", "Until", ("end date", "ends on", "archived at"), is_day=True),
    ),
    "notes": (
        Field("source_id", "Number in the old system", ("id", "note id", "treatment note id", "chart entry id")),
        *PERSON,
        Field("written_on", "Written on",
              ("date", "created at", "note date", "appointment date", "entry date", "treatment date", "start time"), is_day=True),
        Field("author", "Author", ("practitioner", "provider", "staff member", "written by", "practitioner name")),
        Field("title", "Title", ("template", "treatment note template", "note type", "type", "subject", "case")),
        Field("text", "Text", ("content", "note", "notes", "body", "treatment note", "chart", "clinical notes")),
    ),
}  # fmt: skip
KINDS = {"patients": "Patients", "contacts": "Contacts", "alerts": "Alerts", "notes": "Past notes"}
# At least one of each group has to be there, or no row can become anything.
WANTED: dict[str, tuple[tuple[str, ...], ...]] = {
    "patients": (("family_name", "full_name"), ("date_of_birth",)),
    "contacts": (("name", "family_name", "organisation"),),
    "alerts": (("text",), ("patient_source_id", "patient_record_number", "patient_born")),
    "notes": (("text",), ("written_on",), ("patient_source_id", "patient_record_number", "patient_born")),
}


@dataclass(frozen=True)
class Product:
    """A system that others move from: the names of its columns, and those that hardly any other has."""

    key: str
    name: str
    columns: dict[str, dict[str, str]]  # kind -> folded name -> field key
    telling: frozenset[str]


CLINIKO = Product("cliniko", "Cliniko", {
    "patients": {
        "id": "source_id", "first name": "given_names", "last name": "family_name", "preferred first name": "preferred_name",
        "date of birth": "date_of_birth", "sex": "sex_at_birth", "gender": "sex_at_birth", "gender identity": "gender",
        "pronouns": "pronouns", "email": "email", "address 1": "address_line1", "address 2": "address_line2",
        "city": "suburb", "state": "state", "post code": "postcode", "country": "country", "occupation": "occupation",
        "emergency contact": "emergency_name", "medicare": "medicare", "medicare reference number": "medicare_reference",
        "dva card number": "dva", "notes": "notes", "mobile": "mobile", "home": "home_phone", "work": "work_phone",
        "mobile phone": "mobile", "home phone": "home_phone", "work phone": "work_phone",
    },
    "contacts": {
        "id": "source_id", "title": "title", "first name": "given_names", "last name": "family_name", "type": "kind",
        "company name": "organisation", "provider number": "provider_number", "email": "email",
        "address 1": "address_line1", "address 2": "address_line2", "city": "suburb", "state": "state",
        "post code": "postcode", "phone number": "phone",
    },
    "alerts": {"id": "source_id", "patient id": "patient_source_id", "patient": "patient_full_name", "name": "text",
               "created at": "starts_on", "archived at": "ends_on"},
    "notes": {"id": "source_id", "patient id": "patient_source_id", "patient": "patient_full_name",
              "practitioner": "author", "title": "title", "content": "text", "created at": "written_on"},
}, frozenset({"post code", "preferred first name", "dva card number", "medicare reference number", "address 3",
              "old reference id", "referring doctor", "appointment notes", "company name"}))  # fmt: skip
NOOKAL = Product("nookal", "Nookal", {
    "patients": {
        "client id": "source_id", "first name": "given_names", "middle name": "middle_name", "last name": "family_name",
        "gender": "sex_at_birth", "date of birth": "date_of_birth", "notes": "notes", "address line 1": "address_line1",
        "address line 2": "address_line2", "city suburb": "suburb", "state": "state", "country": "country",
        "postcode": "postcode", "home phone": "home_phone", "mobile phone": "mobile", "work phone": "work_phone",
        "email address": "email", "occupation": "occupation",
    },
    "contacts": {
        "contact id": "source_id", "company": "organisation", "type": "kind", "title": "title",
        "first name": "given_names", "last name": "family_name", "provider number": "provider_number",
        "address line 1": "address_line1", "address line 2": "address_line2", "city suburb": "suburb", "state": "state",
        "postcode": "postcode", "work phone": "phone", "email address": "email",
    },
    "alerts": {"client id": "patient_source_id", "alert": "text", "date": "starts_on"},
    "notes": {"note id": "source_id", "client id": "patient_source_id", "client name": "patient_full_name",
              "date": "written_on", "provider": "author", "case": "title", "notes": "text"},
}, frozenset({"city suburb", "date registered", "client id", "email address", "provider number"}))  # fmt: skip
JANE = Product("jane", "Jane", {
    "patients": {
        "patient guid": "source_id", "patient number": "source_id", "first name": "given_names", "middle name": "middle_name",
        "last name": "family_name", "preferred name": "preferred_name", "birth date": "date_of_birth", "sex": "sex_at_birth",
        "gender": "gender", "pronouns": "pronouns", "mobile phone": "mobile", "home phone": "home_phone",
        "work phone": "work_phone", "email": "email", "street address": "address_line1",
        "street address 2": "address_line2", "city": "suburb", "province": "state", "postal": "postcode",
        "postal code": "postcode", "country": "country", "occupation": "occupation",
        "emergency contact name": "emergency_name", "emergency contact phone": "emergency_phone",
        "emergency contact relationship": "emergency_relation",
    },
    "contacts": {"name": "name", "clinic": "organisation", "provider number": "provider_number", "phone": "phone",
                 "email": "email"},
    "alerts": {"patient guid": "patient_source_id", "alert": "text"},
    "notes": {"patient guid": "patient_source_id", "patient name": "patient_full_name", "entry date": "written_on",
              "staff member": "author", "chart template": "title", "chart": "text", "chart entry id": "source_id"},
}, frozenset({"patient guid", "birth date", "postal", "province", "street address", "staff member", "chart template"}))  # fmt: skip
PRODUCTS = {product.key: product for product in (CLINIKO, NOOKAL, JANE)}
LEAST_KNOWN = 4
LEAST_SHARE = 0.6


def folded(name: str) -> str:
    return " ".join(re.findall(r"\w+", fold(name.replace("_", " "))))


def recognise(kind: str, header: Sequence[str]) -> Product | None:
    """The one product whose columns these look like: most of them known, one at least that tells it from the others."""
    names = {folded(name) for name in header if name}
    scored = []
    for product in PRODUCTS.values():
        known = names & (set(product.columns[kind]) | product.telling)
        telling = names & product.telling
        if (
            telling
            and len(known) >= min(LEAST_KNOWN, len(product.columns[kind]))
            and len(known) >= LEAST_SHARE * len(names)
        ):
            scored.append((len(known) + 2 * len(telling), product.key))
    scored.sort(reverse=True)
    if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return PRODUCTS[scored[0][1]]


def named(name: str) -> Product | None:
    return next((product for product in PRODUCTS.values() if product.name == name), None)


def propose(kind: str, header: Sequence[str], product: Product | None) -> dict[int, str]:
    """Column index to field: by the product's table, else by the words of the name. Each field once."""
    table = product.columns[kind] if product else {}
    words = {name: field.key for field in reversed(FIELDS[kind]) for name in (*field.names, folded(field.label))}
    taken: dict[str, int] = {}
    for known in (table, words):
        for index, name in enumerate(header):
            key = known.get(folded(name))
            if key and key not in taken and index not in taken.values():
                taken[key] = index
    return {index: key for key, index in taken.items()}


def day_fields(kind: str) -> set[str]:
    return {field.key for field in FIELDS[kind] if field.is_day}


def label_of(kind: str, key: str) -> str:
    return next((field.label for field in FIELDS[kind] if field.key == key), key)


def problem_with(kind: str, mapping: dict[int, str]) -> str | None:
    """What no row could do without, or what is said twice, as a sentence; or None."""
    fields = list(mapping.values())
    doubled = next((key for key in fields if fields.count(key) > 1), None)
    if doubled:
        return f"Two columns are chosen as {label_of(kind, doubled)}. Keep one of them."
    for group in WANTED[kind]:
        if not set(group) & set(fields):
            return f"Choose the column for: {' or '.join(label_of(kind, key) for key in group)}."
    return None
