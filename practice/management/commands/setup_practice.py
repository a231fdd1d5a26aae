import os
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from practice.actions import set_up_practice
from practice.models import User

PASSWORD = "TAUTBAND_MANAGER_PASSWORD"


class Command(BaseCommand):
    help = f"Create a practice and its first manager. The password comes from {PASSWORD} or is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practice", help="Name of the practice")
        parser.add_argument("--name", help="Full name of the first manager")
        parser.add_argument("--email", help="E-mail the manager signs in with")
        parser.add_argument("--role", choices=[User.Role.PRACTITIONER, User.Role.FRONT_DESK], default="practitioner")
        parser.add_argument("--time-zone", default="Australia/Melbourne")
        parser.add_argument("--country", default="AU")

    def handle(self, *args: Any, **options: Any) -> None:
        practice = options["practice"] or input("Name of the practice: ")
        name = options["name"] or input("Your full name: ")
        email = options["email"] or input("Your e-mail: ")
        try:
            set_up_practice(
                values={"name": practice, "time_zone": options["time_zone"], "country": options["country"]},
                manager={"full_name": name, "email": email, "role": options["role"]},
                password=os.environ.get(PASSWORD) or _asked_twice(),
                at=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError(_in_sentences(error)) from error
        self.stdout.write(f"{practice} is set up. Start it with: python3 run.py serve")


def _asked_twice() -> str:
    password = getpass("A password of at least 10 characters: ")
    if password != getpass("The same password again: "):
        raise CommandError("The two passwords differ. Run the command again.")
    return password


def _in_sentences(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(f"{field}: {m}" for field, messages in error.message_dict.items() for m in messages)
