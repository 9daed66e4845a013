"""The message that brings somebody their link: to be copied, or sent as mail at once.

Nothing of it is stored: the link's secret is known only while the link is made.
"""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from agencies.notices import in_indonesian
from coordination.models import CommitmentLink


def letter_of(link: CommitmentLink, address: str) -> str:
    """What is said to the recipient, in Indonesian, with the link's whole address."""
    with in_indonesian():
        context = {"link": link, "commitment": link.commitment, "address": address}
        return render_to_string("emails/commitment_link.txt", context).strip()


def mail_letter(link: CommitmentLink, address: str) -> bool:
    """Mail it to the link's address; False without one, or where no server took it.

    Without a server mails are printed to the log, where no secret belongs.
    """
    if not (link.email and settings.EMAIL_HOST):
        return False
    with in_indonesian():
        subject = _("A commitment for you to accept: %(agency)s") % {
            "agency": link.commitment.agency.short_name
        }
    message = EmailMessage(
        subject=subject,
        body=letter_of(link, address),
        to=[link.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        return bool(message.send())
    except (OSError, smtplib.SMTPException):
        return False
