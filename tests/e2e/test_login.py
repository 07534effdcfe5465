"""Logging in on a real Synapse, and what a lost login means."""

from __future__ import annotations

import pytest

from smartup_tui.lab.synapse import NameTakenError, Synapse
from smartup_tui.matrix import (
    LinkState,
    LoginNeeded,
    NotAMatrixServer,
    ServerTrouble,
    State,
    WrongPassword,
    check,
    login,
)
from tests.support.fault_proxy import Answer, FaultProxy
from tests.support.users import LinkMaker, bodies, call, new_user, shared_room, until

pytestmark = pytest.mark.e2e


async def test_a_password_gives_an_account_on_the_wanted_device(synapse: Synapse) -> None:
    made = new_user(synapse, "aisha", "right")
    account = await login(synapse.url + "/", made.user_id, "right", "LAPTOP", "smartup")
    assert (account.user_id, account.device_id, account.homeserver) == (made.user_id, "LAPTOP", synapse.url)
    await check(account)
    await call(account, lambda s: s.logout())
    with pytest.raises(LoginNeeded) as caught:
        await check(account)
    assert account.access_token not in str(caught.value)


async def test_a_wrong_password_says_so(synapse: Synapse) -> None:
    made = new_user(synapse, "aisha", "right")
    with pytest.raises(WrongPassword) as caught:
        await login(synapse.url, made.user_id, "wrong-secret", "LAPTOP", "smartup")
    assert "wrong-secret" not in repr(caught.value)
    assert caught.value.hint


async def test_a_web_site_is_not_taken_for_a_homeserver(proxy: FaultProxy) -> None:
    proxy.rule = lambda _method, _path: Answer(404, "<html>Welcome</html>")
    with pytest.raises(NotAMatrixServer):
        await login(proxy.url, "maria", "secret", "LAPTOP", "smartup")
    proxy.rule = lambda _method, _path: Answer(200, "<html>Welcome</html>")
    with pytest.raises(NotAMatrixServer):
        await login(proxy.url, "maria", "secret", "LAPTOP", "smartup")
    proxy.rule = lambda _method, _path: Answer(503)
    with pytest.raises(ServerTrouble):
        await login(proxy.url, "maria", "secret", "LAPTOP", "smartup")


async def test_a_new_login_on_the_same_device_goes_on_where_the_old_one_ended(
    synapse: Synapse, make_link: LinkMaker
) -> None:
    made = new_user(synapse, "tom", "right")
    account = await login(synapse.url, made.user_id, "right", "LAPTOP", "smartup")
    room_id = await shared_room(made)
    link = make_link(account)
    until(lambda: link.status.state is LinkState.ONLINE)
    await call(account, lambda s: s.logout())
    until(lambda: link.status.state is LinkState.LOGIN_NEEDED)
    row = link.outbox.put(room_id, "!wallet")
    again = make_link(await login(synapse.url, made.user_id, "right", "LAPTOP", "smartup"))
    until(lambda: (sent := again.outbox.get(row.id)) and sent.state is State.SENT)
    assert await bodies(made, room_id) == ["!wallet"]
    assert link.status.state is LinkState.LOGIN_NEEDED


def test_the_lab_can_ask_twice_for_the_same_things(synapse: Synapse) -> None:
    made = new_user(synapse, "lena", "right")
    assert not synapse.has_rate_limit_override(made.user_id)
    synapse.set_rate_limit_override(made.user_id)
    synapse.set_rate_limit_override(made.user_id)
    assert synapse.has_rate_limit_override(made.user_id)
    with pytest.raises(NameTakenError):
        synapse.register(made.user_id[1:].partition(":")[0], "right")
    kept = synapse._secrets()
    kept.admin_token = ""
    synapse._keep(kept)
    assert synapse.has_rate_limit_override(made.user_id)


def test_secrets_and_configuration_are_for_their_owner_only(synapse: Synapse) -> None:
    for name in ("homeserver.yaml", "secrets.json"):
        assert (synapse.directory / name).stat().st_mode & 0o077 == 0, name
    before = synapse._secrets()
    synapse.write_config()
    assert synapse._secrets() == before
    assert before.registration not in repr(before)
    assert "rc_message" not in synapse.config_path.read_text()
