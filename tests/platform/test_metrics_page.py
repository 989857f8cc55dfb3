"""The page about the metrics names those that there are, and alarms that are raised."""

import re

import yaml
from django.conf import settings

from frameflow.api.metrics import gauges
from tests.databases import every_database_committed

PAGE = (settings.BASE_DIR / "docs/howto/watch.md").read_text()


@every_database_committed
def test_the_page_names_every_metric_and_no_other() -> None:
    named = set(re.findall(r"\bframeflow_[a-z_]+\b", PAGE)) - {"frameflow_token"}
    assert named == {gauge.name for gauge in gauges()}


def test_every_alarm_of_the_page_is_logged_somewhere() -> None:
    source = "".join(
        path.read_text()
        for folder in ("apps", "frameflow")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
    )
    events = re.findall(
        r"`((?:relay|consumer|saga|job|archive|extraction|bus|schedule)\.\w+)`", PAGE
    )
    assert len(set(events)) >= 10
    assert [event for event in events if f'"{event}"' not in source] == []


def test_the_rules_of_the_page_are_well_formed() -> None:
    scraping, rules = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
    assert scraping["scrape_configs"][0]["job_name"] == "frameflow"
    alerts = [each["alert"] for each in rules["groups"][0]["rules"]]
    assert len(alerts) == len(set(alerts)) == 12
    assert all(each["expr"] for each in rules["groups"][0]["rules"])
