"""The planned faults look to a client as the real ones do."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.app import create_app
from smartup_tui.forge.embedded.faults import Fault, FaultKind, Faults
from smartup_tui.forge.embedded.server import ForgeServer
from smartup_tui.forge.embedded.store import ForgeStore
from smartup_tui.forge.errors import ConflictReason
from smartup_tui.forge.models import FileChange
from tests.forge.conftest import REPO, Place, write

CHANGE = FileChange.create("a.md", b"1")


async def commits(client: ForgeClient) -> int:
    return (await client.commits(REPO, "main", limit=1))[1]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.Unauthorized),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (413, errors.QuotaExceeded),
        (423, errors.Archived),
        (429, errors.RateLimited),
        (500, errors.Ambiguous),
    ],
)
async def test_a_status_is_given_and_nothing_done(
    place: Place, client: ForgeClient, status: int, kind: type[errors.ForgeError]
) -> None:
    place.faults.plan(Fault(FaultKind.STATUS, method="POST", path="/contents", status=status, retry_after="7"))
    with pytest.raises(kind) as caught:
        await write(client, CHANGE)
    assert await commits(client) == 0
    if isinstance(caught.value, errors.RateLimited):
        assert caught.value.retry_after == 7
    assert (await write(client, CHANGE)).sha


async def test_a_lost_race_is_ambiguous_up_to_version_15(place: Place, client: ForgeClient) -> None:
    place.faults.plan(Fault(FaultKind.RACE, method="POST"))
    with pytest.raises(errors.Ambiguous):
        await write(client, CHANGE)
    assert await commits(client) == 0


async def test_a_lost_race_is_a_conflict_from_version_16(place: Place) -> None:
    faults = Faults()
    root = place.server.store.root.parent / "v16"
    with ForgeServer(root, mode="v16", faults=faults) as server:
        server.store.create_user("toolbox", admin=True)
        server.store.create_organization(REPO.owner, owners=["toolbox"])
        server.store.create_repository(REPO)
        async with ForgeClient(server.address, server.store.create_token("toolbox", "t")) as client:
            assert (await client.version()).major == 16
            faults.plan(Fault(FaultKind.RACE, method="POST"))
            with pytest.raises(errors.Conflict) as caught:
                await write(client, CHANGE)
            assert caught.value.reason is ConflictReason.RACE


@pytest.mark.parametrize(
    ("kind", "written"),
    [(FaultKind.DROP_BEFORE, 0), (FaultKind.DROP_AFTER, 1), (FaultKind.CUT, 1), (FaultKind.GARBAGE, 1)],
)
async def test_a_write_whose_answer_is_lost_may_be_there(
    place: Place, client: ForgeClient, kind: FaultKind, written: int
) -> None:
    place.faults.plan(Fault(kind, method="POST"))
    with pytest.raises(errors.Ambiguous):
        await write(client, CHANGE)
    assert await commits(client) == written


async def test_a_timeout_after_the_commit_is_ambiguous(place: Place, client: ForgeClient) -> None:
    place.faults.plan(Fault(FaultKind.SILENT, method="POST", delay=60))
    async with place.client(timeout=1.0) as hasty:
        with pytest.raises(errors.Ambiguous):
            await write(hasty, CHANGE)
    while await commits(client) != 1:  # noqa: ASYNC110 (on a slow machine its patience may end before the commit)
        await asyncio.sleep(0.01)


async def test_a_slow_forge_answers_late(place: Place, client: ForgeClient) -> None:
    place.faults.plan(Fault(FaultKind.SLOW, path="/version", delay=0.2))
    began = time.monotonic()
    await client.version()
    assert time.monotonic() - began >= 0.2


async def test_a_forge_that_is_gone_is_unreachable(place: Place, client: ForgeClient) -> None:
    place.server.close()
    with pytest.raises(errors.Unreachable):
        await client.version()
    with pytest.raises(errors.Unreachable):
        await write(client, CHANGE)


async def test_faults_can_be_planned_over_http_only_by_an_administrator(place: Place) -> None:
    root = place.server.store.root.parent / "other"
    with ForgeServer(root, fault_endpoint=True) as server:
        server.store.create_user("root", admin=True)
        server.store.create_user("sanna")
        admin, owner = server.store.create_token("root", "t"), server.store.create_token("sanna", "t")
        async with httpx.AsyncClient(base_url=server.address + "/api/v1") as http:
            plan = {"kind": "status", "path": "/version", "status": 503}
            refused = await http.post("/testing/faults", json=plan, headers={"Authorization": f"token {owner}"})
            assert refused.status_code == 403
            headers = {"Authorization": f"token {admin}"}
            assert (await http.post("/testing/faults", json=plan, headers=headers)).status_code == 204
            assert (await http.get("/version")).status_code == 503
            assert (await http.get("/version")).status_code == 200
            await http.post("/testing/faults", json=plan, headers=headers)
            assert (await http.delete("/testing/faults", headers=headers)).status_code == 204
            assert (await http.get("/version")).status_code == 200


def test_a_forge_without_the_switch_has_no_such_endpoint(place: Place) -> None:
    store = ForgeStore(place.server.store.root.parent / "plain")
    app = create_app(store.root, store=store)
    assert app.test_client().post("/api/v1/testing/faults", json={"kind": "race"}).status_code == 404
