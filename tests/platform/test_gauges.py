"""Who is asked for numbers."""

from django.test.utils import modify_settings

from frameflow.api.gauges import MEASURES


def test_apps_that_are_made_ready_again_count_once() -> None:
    before = {part: len(measures) for part, measures in MEASURES.items()}
    with modify_settings(INSTALLED_APPS={"remove": ["rest_framework_simplejwt.token_blacklist"]}):
        pass
    assert {part: len(measures) for part, measures in MEASURES.items()} == before
