"""Windows are built in steps: in their order, once each, and whoever asks for the end gets it at once."""

import threading

import pytest
from PySide6.QtCore import QObject, QTimer

from tests.patience import PATIENCE_MS
from ui.common.steps import Steps


class Kitchen:
    """Writes down which step was taken, and in which thread."""

    def __init__(self):
        self.taken = []
        self.background = []
        self.hold = threading.Event()
        self.hold.set()

    def load(self):
        self.hold.wait(PATIENCE_MS / 1000)
        self.background.append(threading.current_thread() is not threading.main_thread())

    def steps(self):
        self.taken.append(1)
        yield None
        self.taken.append(2)
        yield self.load
        self.taken.append(3)


@pytest.fixture
def kitchen():
    return Kitchen()


@pytest.fixture
def steps(qapp, kitchen):
    parent = QObject()
    made = Steps(kitchen.steps(), parent)
    yield made
    kitchen.hold.set()
    made.stop()
    parent.deleteLater()


def test_one_step_at_a_time_and_loading_in_the_background(qtbot, kitchen, steps):
    steps.go()
    assert kitchen.taken == [1]
    with qtbot.waitSignal(steps.ended):
        pass
    assert (kitchen.taken, kitchen.background) == ([1, 2, 3], [True])
    steps.go()
    steps.finish()
    assert kitchen.taken == [1, 2, 3]


def test_all_at_once(kitchen, steps):
    steps.finish()
    assert (kitchen.taken, kitchen.background) == ([1, 2, 3], [False])


def test_whoever_asks_while_something_loads_waits_for_it(qtbot, kitchen, steps):
    kitchen.hold.clear()
    steps.go()
    qtbot.waitUntil(lambda: kitchen.taken == [1, 2])
    threading.Timer(0.05, kitchen.hold.set).start()
    steps.finish()
    assert (kitchen.taken, kitchen.background, steps.over) == ([1, 2, 3], [True], True)
    told = []
    QTimer.singleShot(0, lambda: told.append(1))
    qtbot.waitUntil(lambda: bool(told))  # the end of the loading is told late, and takes no step again
    assert kitchen.taken == [1, 2, 3]


def test_a_closed_window_takes_no_more_steps(qtbot, kitchen, steps):
    steps.go()
    steps.stop()
    told = []
    QTimer.singleShot(0, lambda: told.append(1))
    qtbot.waitUntil(lambda: bool(told))
    steps.finish()
    assert kitchen.taken == [1]


def test_a_step_that_asks_for_the_end_is_no_circle(qapp):
    parent, taken = QObject(), []

    def asking():
        made.finish()
        taken.append(1)
        yield None
        taken.append(2)

    made = Steps(asking(), parent)
    made.finish()
    assert taken == [1, 2]


@pytest.mark.parametrize("at_once", [True, False])
def test_what_fails_in_the_background_is_raised_here(qtbot, at_once):
    parent = QObject()

    def fail():
        raise OSError("no disk")

    def failing():
        yield fail

    made = Steps(failing(), parent)
    if at_once:
        with pytest.raises(OSError, match="no disk"):
            made.finish()
        return
    with qtbot.captureExceptions() as raised:
        made.go()
        qtbot.waitUntil(lambda: bool(raised))
    assert "no disk" in str(raised[0][1])
