"""`import_published FILE --title …`: published scores without volumes, all or none."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agencies.management.people import named_user
from agencies.models import Region
from areas.models import RuleSet
from areas.published.mapping import guess_mapping
from areas.published.services import PublishedPlan, import_published
from areas.published.sheet import read_columns
from areas.rule_sets import rule_set_on, rules_of
from areas.survey.rows import as_date
from areas.survey.tables import row_ranges
from core.errors import BusinessRuleError, NotAllowedError
from core.numbers import format_decimal
from core.sheet_problems import SpreadsheetError

ADMIN = "admin"


class Command(BaseCommand):
    help = (
        "Imports published results (the score of each indicator, the total and the"
        " class, without volumes) from an .xlsx or .csv file. Nothing is stored unless"
        " every row agrees with itself; no figure of the application uses them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--title", help="of the document; must be new")
        parser.add_argument("--publisher", help="who published it")
        parser.add_argument("--published-on", metavar="YYYY-MM-DD")
        parser.add_argument("--region-name", help="as the document writes it")
        parser.add_argument(
            "--region", metavar="CODE", help="where the application knows the region"
        )
        parser.add_argument("--url", default="", help="where it was published")
        parser.add_argument(
            "--rule-set",
            metavar="CODE",
            help="of the scores; by default the one of the day of publication",
        )
        parser.add_argument(
            "--mapping",
            metavar="FILE",
            type=Path,
            help="JSON: our field → heading of the file; by default it is guessed",
        )
        parser.add_argument(
            "--print-mapping",
            action="store_true",
            help="print the guess as JSON, to be corrected; store nothing",
        )
        parser.add_argument(
            "--decimal-mark",
            choices=[",", "."],
            help="in text cells such as 1.234, which are refused without it",
        )
        parser.add_argument(
            "--user",
            default=ADMIN,
            metavar="USERNAME",
            help=f"who imports (default {ADMIN}); the rights of this user hold, except"
            " that a superuser may import everything from here",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check and tell, store nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                if options["print_mapping"]:
                    self.print_mapping(file, options)
                    return
                plan = self.run_import(file, options)
        except OSError as error:
            message = _("The file %(file)s cannot be read: %(reason)s.")
            words = {"file": error.filename, "reason": error.strerror}
            raise CommandError(message % words) from error
        except SpreadsheetError as error:
            raise CommandError(self.explain(error)) from error
        except (BusinessRuleError, NotAllowedError) as error:
            raise CommandError(str(error)) from error
        self.report(plan, dry_run=options["dry_run"])

    def print_mapping(self, file: BinaryIO, options: dict[str, Any]) -> None:
        found = self.guess(file, self.rule_set_of(options))
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))

    def run_import(self, file: BinaryIO, options: dict[str, Any]) -> PublishedPlan:
        self.require(options)
        by = named_user(options["user"])
        rule_set = self.rule_set_of(options)
        mapping = (
            self.read_mapping(options["mapping"])
            if options["mapping"]
            else self.guess(file, rule_set)
        )
        published_on = self.day_of(options)
        assert published_on is not None
        return import_published(
            file,
            mapping=mapping,
            title=options["title"],
            publisher=options["publisher"],
            published_on=published_on,
            rule_set=rule_set,
            region_name=options["region_name"],
            region=self.find_region(options["region"]),
            url=options["url"],
            decimal_mark=options["decimal_mark"],
            by=by,
            dry_run=options["dry_run"],
            check_rights=not by.is_superuser,
        )

    def require(self, options: dict[str, Any]) -> None:
        """What describes the document has to be there, all of it."""
        names = ("title", "publisher", "published_on", "region_name")
        missing = [f"--{name.replace('_', '-')}" for name in names if not options[name]]
        if missing:
            message = _("Say what document it is: %(options)s.")
            raise CommandError(message % {"options": ", ".join(missing)})

    def guess(self, file: BinaryIO, rule_set: RuleSet) -> dict[str, str]:
        headings = [column.heading for column in read_columns(file)]
        return guess_mapping(headings, rules_of(rule_set.pk))

    def read_mapping(self, path: Path) -> dict[str, str]:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(
            isinstance(text, str) for text in found.values()
        ):
            message = _("%(file)s is no mapping: write a JSON object of texts.")
            raise CommandError(message % {"file": path})
        return found

    def day_of(self, options: dict[str, Any]) -> date | None:
        text = options["published_on"]
        found = as_date(text) if text else None
        if text and found is None:
            message = _("“%(text)s” is not a date. Write it as 2025-03-31.")
            raise CommandError(message % {"text": text})
        return found

    def rule_set_of(self, options: dict[str, Any]) -> RuleSet:
        code = options["rule_set"]
        if code:
            found = RuleSet.objects.published().filter(code=code).first()
        else:
            day = self.day_of(options)
            found = rule_set_on(day) if day else RuleSet.objects.published().first()
        if found is None:
            codes = ", ".join(
                RuleSet.objects.published().values_list("code", flat=True)
            )
            message = _(
                "There is no published rule set %(code)s. Use one of: %(codes)s."
            )
            raise CommandError(message % {"code": code or "", "codes": codes})
        return found

    def find_region(self, code: str | None) -> Region | None:
        if not code:
            return None
        region = Region.objects.filter(code=code).first()
        if region is None:
            message = _("There is no region with the code %(code)s.")
            raise CommandError(message % {"code": code})
        return region

    def explain(self, error: SpreadsheetError) -> str:
        head = _("Nothing was stored: %(count)s to correct.") % {
            "count": format_decimal(len(error.problems), 0)
        }
        return "\n".join([head, *(f"  {problem}" for problem in error.problems)])

    def report(self, plan: PublishedPlan, *, dry_run: bool) -> None:
        for place, rows in plan.reading.repeated():
            text = _("  ! %(place)s stands in rows %(rows)s")
            words = {"place": place, "rows": row_ranges(rows)}
            self.stdout.write(self.style.WARNING(text % words))
        text = (
            _(
                "Would be stored: %(rows)s rows, %(hectares)s ha; scores add up to the"
                " total in %(sums)s of %(rows)s, the class fits in %(classes)s of"
                " %(rows)s. Nothing was stored."
            )
            if dry_run
            else _(
                "Stored: %(rows)s rows, %(hectares)s ha; scores add up to the total in"
                " %(sums)s of %(rows)s, the class fits in %(classes)s of %(rows)s. They"
                " cannot be re-computed and enter no figure."
            )
        )
        reading = plan.reading
        words = {
            "rows": format_decimal(len(plan.rows), 0),
            "hectares": format_decimal(reading.hectares),
            "sums": format_decimal(reading.sums_equal, 0),
            "classes": format_decimal(reading.classes_equal, 0),
        }
        self.stdout.write(text % words)
