"""Another extraction of a stored video, with other options, asked for by support."""

from django.utils.translation import gettext_lazy as _

from apps.upload import services
from apps.upload.admin.wishes import BY, already
from apps.upload.exceptions import NotAtRest
from apps.upload.forms import OptionsForm
from apps.upload.models import Video
from frameflow.site import ReasonForm, Wish


class AgainForm(OptionsForm, ReasonForm):
    """The options of a new extraction, and why it is wanted."""


def extract_again(video: Video, form: AgainForm) -> None:
    """Make another extraction with the options of the form."""
    try:
        services.extract_again(video_id=video.pk, options=form.options(), asked_by=BY)
    except NotAtRest:
        raise already(video) from None


EXTRACT_AGAIN = Wish(
    name="extract-again",
    label=_("Extract again"),
    meaning=_(
        "Each video gets another extraction with the options below. The old result stays until "
        "the new one is ready."
    ),
    permission="upload.extract_again_video",
    grant=extract_again,
    form=AgainForm,
)
