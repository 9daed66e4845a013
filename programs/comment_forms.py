"""The form of a comment; the service says what is wrong with the text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.services.comments import LENGTH


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Comment"),
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write @ and a user name to tell somebody who sees this record."),
        error_messages={"required": _("Write something.")},
    )
