"""A stand-in for Zoom's API, for tests, demos and rehearsals: `Simulator` is it, `serve` puts it on loopback."""

from integrations.zoom.simulator.application import Hook, NotLetIn, SimulatedMeeting, Simulator, Strict
from integrations.zoom.simulator.server import RunningServer, serve

__all__ = ["Hook", "NotLetIn", "RunningServer", "SimulatedMeeting", "Simulator", "Strict", "serve"]
