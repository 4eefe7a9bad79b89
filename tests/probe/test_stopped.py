"""Forwards of which nothing comes through, each with what stops it and the line that does."""

from dataclasses import replace
from ipaddress import ip_interface

import pytest

from fushinban.model.exposure import Obstacle
from fushinban.model.filtering import Action, Line, Match, Rule, RuleList, Stage
from fushinban.model.intervals import TCP, Intervals, addresses
from fushinban.model.router import Interface, Role, RouterState
from fushinban.probe import predict
from probe.test_predict import CAMERA, forward, hooked, router, with_list

WALL = Line(70, "drop it")


def drop(**match: Intervals) -> Rule:
    return Rule(action=Action.DROP, match=Match(protocols=TCP, **match), lines=(WALL,))  # type: ignore[arg-type]  # of Match


def told(state: RouterState) -> list[tuple[Obstacle, str, list[str]]]:
    """What stops which forward, and the lines that do."""
    return [(s.obstacle, s.lines[0].text, [line.text for line in s.by]) for s in predict(state).stopped]


def test_what_is_open_is_not_stopped() -> None:
    assert told(router(forward(8080))) == []


@pytest.mark.parametrize(
    ("stage", "at", "port", "obstacle"),
    [
        (Stage.ARRIVE, "wan", 8080, Obstacle.BEFORE),
        (Stage.ENTER, "wan", 80, Obstacle.AFTER),
        (Stage.FORWARD, "wan", 80, Obstacle.AFTER),
        (Stage.LEAVE, "lan", 80, Obstacle.AFTER),
    ],
)
def test_a_filter_before_and_after_the_translation(stage: Stage, at: str, port: int, obstacle: Obstacle) -> None:
    wall = drop(destination_ports=Intervals.single(port))
    state = with_list(router(forward(8080), forward(8081, 81)), hooked(stage, wall, at=at))
    assert told(state) == [(obstacle, "forward 8080", ["drop it"])]


def test_a_filter_for_the_outside_port_after_the_translation_stops_nothing() -> None:
    wall = drop(destination_ports=Intervals.single(8080))
    assert told(with_list(router(forward(8080)), hooked(Stage.FORWARD, wall, at="wan"))) == []


def test_a_list_that_drops_by_default_or_after_a_jump() -> None:
    quiet = with_list(router(forward(8080)), hooked(Stage.ENTER, at="wan", default=Action.DROP))
    assert told(quiet) == [(Obstacle.AFTER, "forward 8080", [])]
    jump = Rule(action=Action.JUMP, jump="more", lines=(Line(60, "go there"),))
    state = with_list(router(forward(8080)), hooked(Stage.ENTER, jump, at="wan"))
    inner = RuleList(name="more", rules=(drop(destinations=addresses(CAMERA)),), default=Action.RETURN)
    assert told(replace(state, lists=(*state.lists, inner))) == [(Obstacle.AFTER, "forward 8080", ["drop it"])]


def test_a_rule_that_comes_first_takes_its_packets() -> None:
    second = replace(forward(8080, 81), lines=(Line(9, "the same again"),))
    assert told(router(forward(8080), second)) == [(Obstacle.TAKEN, "the same again", ["forward 8080"])]


def test_a_goal_that_no_network_leads_to() -> None:
    assert told(router(forward(8080, to="10.9.9.9"))) == [(Obstacle.NOWHERE, "forward 8080", [])]


def test_an_answer_that_does_not_come_back() -> None:
    wall = drop(source_ports=Intervals.single(80))
    state = with_list(router(forward(8080)), hooked(Stage.ENTER, wall, at="lan"))
    assert told(state) == [(Obstacle.ANSWER, "forward 8080", [])]


def test_a_line_that_is_not_there_stops_nothing() -> None:
    nobody = Interface(name="wan", role=Role.OTHER, addresses=(ip_interface("203.0.113.1/30"),))
    state = router(forward(8080))
    assert told(replace(state, interfaces=(nobody, *state.interfaces[1:]))) == []
