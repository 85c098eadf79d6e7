"""Waiting for a job where there is nothing to do until it is over: a workbook opens, closes, is restored.

A file that another program holds is tried for three seconds, a drive that sleeps or a share that is gone may
take longer: what asks them does so here. The job runs on the worker; what is on the screen stays alive, and a
small window says what is being done once that takes longer than a moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer

from ui.common.job_runner import JobRunner

if TYPE_CHECKING:
    from ui.common.job_runner import Job
    from ui.common.plain_boxes import ProgressDialog

SHOW_WAITING_MS = 400


def wait_for(owner: QObject, text: str, job: Job, *, deaf: bool = False) -> Any:  # noqa: ANN401 - the job's own
    """Return a job's result; raises what ended it. `deaf`: no key and no click is taken meanwhile.

    With text "" nothing is said: the window that waits says it itself.
    """
    runner, loop = JobRunner(owner), QEventLoop(owner)
    faults: list[BaseException] = []
    results: list[Any] = []
    shown: list[ProgressDialog] = []
    late = QTimer(owner, singleShot=True, interval=SHOW_WAITING_MS)
    late.timeout.connect(lambda: shown.append(_say(text)))
    if text:
        late.start()
    runner.failed.connect(faults.append)
    runner.ended.connect(loop.quit)
    runner.run(text, job, results.append)
    flags = QEventLoop.ProcessEventsFlag
    loop.exec(flags.ExcludeUserInputEvents if deaf else flags.AllEvents)
    late.stop()
    for each in shown:
        each.reset()
        each.deleteLater()
    for part in (late, runner, loop):
        part.deleteLater()
    for fault in faults:
        raise fault
    return results[0]


def aside(job: Job) -> Any:  # noqa: ANN401 - the job's own
    """Return what a job returns that asks a disk or a drive: a moment, as a rule, and nothing is said."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("a window waits, and there is no application")
    return wait_for(application, "", job, deaf=True)


def _say(text: str) -> ProgressDialog:
    """Show a small window that says what is being done."""
    from ui.common.plain_boxes import ProgressDialog  # noqa: PLC0415 - few waits are so long

    shown = ProgressDialog(text, 0, 0)
    shown.setCancelButton(None)  # type: ignore[arg-type] # Qt's way to have none; the stubs do not know it
    shown.setMinimumDuration(0)
    shown.show()
    return shown
