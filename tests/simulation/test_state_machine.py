"""The world of rung 1 in the hands of hypothesis: what it finds, it makes small."""

from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.simulation.faults import Faults
from tests.simulation.playing import Watched, come_to_rest
from tests.simulation.schedule import Schedule
from tests.simulation.tables.world import prepared

FINE = "fine"
FAULTS = (FINE, "death", "refusal", "doubt", "store_refusal", "store_doubt", "loss", "doubling")


class Promises(RuleBasedStateMachine):
    """One thing after another happens, in fine weather or in a bad moment; then comes silence."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        worlds = self._stack.enter_context(prepared())
        self.schedule = Schedule(0)
        self.schedule.weather.clear_up()
        self.world = self._stack.enter_context(worlds(self.schedule, Faults(self.schedule)))
        self.watched = Watched(self.world)

    @rule(data=st.data(), fault=st.sampled_from(FAULTS))
    def something_happens(self, data: st.DataObject, fault: str) -> None:
        actions = {each.name: each for each in self.world.actions()}
        name = data.draw(st.sampled_from(sorted(actions)))
        if fault != FINE:
            setattr(self.schedule.weather, fault, 1.0)
        self.watched.through(actions[name].do() or iter(()))
        self.schedule.weather.clear_up()
        self.watched.look()

    def teardown(self) -> None:
        """Silence, and what holds then."""
        with self._stack:
            come_to_rest(self.watched, self.schedule)


@pytest.mark.timeout(600)
def test_whatever_happens_the_promises_are_kept() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Promises,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
