"""`import_survey FILE --decree NUMBER`: a survey spreadsheet, all or nothing."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from agencies.management.people import named_user
from agencies.models import User
from areas.models import Decree, RuleSet
from areas.survey.plan import SurveyPlan
from areas.survey.rows import as_date
from areas.survey.services import import_survey
from core.errors import BusinessRuleError, NotAllowedError
from core.marked_workbook import can_be_marked, write_marked
from core.numbers import format_decimal
from core.spreadsheets import MAX_ROWS, SpreadsheetError

ADMIN = "admin"


class Command(BaseCommand):
    help = (
        "Imports a survey, one row per RT, from an .xlsx or .csv file in the form of"
        " the template. Nothing is stored unless every row is right; safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--decree", required=True, metavar="NUMBER", help="it must exist already"
        )
        parser.add_argument(
            "--create-areas",
            action="store_true",
            help="add areas that the decree does not have, with the sum of their RT",
        )
        parser.add_argument(
            "--decimal-mark",
            choices=[",", "."],
            help="in text cells such as 1.234, which are refused without it",
        )
        parser.add_argument(
            "--date",
            metavar="YYYY-MM-DD",
            help="survey date of the rows that have none",
        )
        parser.add_argument(
            "--user",
            default=ADMIN,
            metavar="USERNAME",
            help=f"who submits the assessments (default {ADMIN}); the rights of this"
            " user hold, except that a superuser may import everything from here",
        )
        parser.add_argument(
            "--rule-set",
            metavar="CODE",
            help="whose indicators the columns are (default: the one of today)",
        )
        parser.add_argument(
            "--errors",
            type=Path,
            metavar="FILE",
            help="write a refused file there as .xlsx with its wrong cells marked",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check and tell, store nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = named_user(options["user"])
        decree = self.find_decree(options["decree"])
        try:
            with options["file"].open("rb") as file:
                plan = import_survey(
                    file,
                    decree=decree,
                    by=by,
                    rule_set=self.find_rule_set(options["rule_set"]),
                    create_areas=options["create_areas"],
                    decimal_mark=options["decimal_mark"],
                    default_date=self.read_date(options["date"]),
                    dry_run=options["dry_run"],
                    check_rights=not by.is_superuser,
                )
        except OSError as error:
            message = _("The file %(file)s cannot be read: %(reason)s.")
            raise CommandError(
                message % {"file": options["file"], "reason": error.strerror}
            ) from error
        except SpreadsheetError as error:
            told = self.give_back(options["file"], options["errors"], error)
            raise CommandError(f"{self.explain(error)}{told}") from error
        except (BusinessRuleError, NotAllowedError) as error:
            raise CommandError(str(error)) from error
        self.report(plan)
        self.stdout.write(self.summary(plan, by, dry_run=options["dry_run"]))

    def find_decree(self, number: str) -> Decree:
        wanted = " ".join(number.split())
        decree = Decree.objects.select_related("region").filter(number=wanted).first()
        if decree is None:
            raise CommandError(
                _("There is no decree %(number)s. Enter the decree first.")
                % {"number": wanted}
            )
        return decree

    def find_rule_set(self, code: str | None) -> RuleSet | None:
        if not code:
            return None
        found = RuleSet.objects.published().filter(code=code).first()
        if found is None:
            codes = RuleSet.objects.published().values_list("code", flat=True)
            message = _("There is no published rule set %(code)s, but: %(codes)s.")
            raise CommandError(message % {"code": code, "codes": ", ".join(codes)})
        return found

    def give_back(
        self, source: Path, target: Path | None, error: SpreadsheetError
    ) -> str:
        """Write the marked workbook; the line that says where it is."""
        if target is None or not can_be_marked(error.problems):
            return ""
        with source.open("rb") as file, target.open("wb") as marked:
            write_marked(
                file,
                marked,
                error.problems,
                max_bytes=settings.SURVEY_MAX_BYTES,
                max_rows=MAX_ROWS,
            )
        return "\n" + _("The wrong cells are marked in %(file)s.") % {"file": target}

    def read_date(self, text: str | None) -> date | None:
        found = as_date(text) if text else None
        if text and found is None:
            message = _("“%(text)s” is not a date. Write it as 2025-03-31.")
            raise CommandError(message % {"text": text})
        return found

    def explain(self, error: SpreadsheetError) -> str:
        head = _("Nothing was stored: %(count)s to correct.") % {
            "count": format_decimal(len(error.problems), 0)
        }
        return "\n".join([head, *(f"  {problem}" for problem in error.problems)])

    def report(self, plan: SurveyPlan) -> None:
        for area in plan.areas:
            line = _(
                "  %(area)s (%(regency)s): %(count)s RT, %(hectares)s ha, total"
                " %(total)s, %(severity)s"
            ) % {
                "area": area.name,
                "regency": area.regency,
                "count": area.rows,
                "hectares": format_decimal(area.hectares),
                "total": area.total,
                "severity": area.severity.label,
            }
            self.stdout.write(line)
        for area, text in plan.warnings:
            self.stdout.write(self.style.WARNING(f"  ! {area.name}: {text}"))

    def summary(self, plan: SurveyPlan, by: User, *, dry_run: bool) -> str:
        if not plan.has_effect:
            return _("Everything in this file is stored already; nothing was changed.")
        text = (
            _(
                "Would be imported: assessments %(surveys)s; areas %(areas)s new; RT"
                " %(new)s new, %(changed)s changed, %(same)s unchanged. Nothing was"
                " stored."
            )
            if dry_run
            else _(
                "Imported: assessments %(surveys)s, submitted by %(user)s; areas"
                " %(areas)s new; RT %(new)s new, %(changed)s changed, %(same)s"
                " unchanged."
            )
        )
        return text % {
            "surveys": plan.new_surveys,
            "areas": plan.new_areas,
            "new": plan.new_units,
            "changed": plan.changed_units,
            "same": plan.same_units,
            "user": by.username,
        }
