"""The servers that the bench can drive, by name."""

from bench.peers.adapters.bellrope import Bellrope, BellropePostgres
from bench.peers.adapters.convoy import Convoy
from bench.peers.adapters.outpost import Outpost
from bench.peers.adapters.restate import Restate
from bench.peers.adapters.svix import Svix
from bench.peers.peer import Peer

PEERS: dict[str, type[Peer]] = {
    each.name: each for each in (Bellrope, BellropePostgres, Svix, Convoy, Outpost, Restate)
}
