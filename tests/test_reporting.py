"""What a job leaves in its log and on the terminal."""

import pytest

from mien.errors import DesignError
from mien.reporting import progress, reporting


def test_finished_job_says_so_in_its_log(tmp_path, capsys):
    with reporting(tmp_path / "job.log"):
        pass
    assert (tmp_path / "job.log").read_text() == "finished\n"
    assert capsys.readouterr() == ("", "")


def test_error_of_the_input_ends_the_job_with_its_message_alone(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught, reporting(tmp_path / "job.log"):
        raise DesignError("faces.csv: add the missing row")
    assert caught.value.code == 1
    assert (tmp_path / "job.log").read_text() == "faces.csv: add the missing row\n"
    assert capsys.readouterr().err == "\nmien: faces.csv: add the missing row\n\n"


def test_fault_of_mien_goes_on_with_its_traceback_which_the_log_keeps(tmp_path, capsys):
    with pytest.raises(ZeroDivisionError), reporting(tmp_path / "job.log"):
        _ = 1 / 0
    log = (tmp_path / "job.log").read_text()
    assert log.startswith("Traceback") and "ZeroDivisionError: division by zero" in log and "_ = 1 / 0" in log
    assert capsys.readouterr().err == ""


def test_what_stops_nothing_is_said_in_the_log_and_aloud_on_the_terminal(tmp_path, capsys):
    with pytest.raises(SystemExit), reporting(tmp_path / "job.log") as say:
        say("responses vanish")
        say("no ReLU", aloud=False)
        raise DesignError("a row")
    assert (tmp_path / "job.log").read_text() == "responses vanish\nno ReLU\na row\n"
    assert capsys.readouterr().err == "\nmien: responses vanish\n\n\nmien: a row\n\n"
    with reporting(tmp_path / "job.log") as say:
        say("responses vanish")
    assert (tmp_path / "job.log").read_text() == "responses vanish\nfinished\n"


def test_progress_yields_everything_and_names_the_work(capsys):
    assert list(progress(range(3), "localize pixels", unit="img")) == [0, 1, 2]
    said = capsys.readouterr().err
    assert "localize pixels" in said and "3/3" in said and "img/s" in said


def test_progress_off_a_terminal_is_rare(capsys):
    bar = progress(range(3), "count")
    assert bar.mininterval == 20
    bar.close()
