"""A lab starts quickly, takes no port of the host, writes its own site file, and leaves nothing behind."""

import asyncio
import socket
import time
import tomllib
from dataclasses import replace

import pytest
import uvloop
from lab_client import BOSS, device, http, soap

from fushinban import clock
from fushinban.errors import InputError
from fushinban.lab import Lab, LabPlan, demonstration_plan, serve
from fushinban.lab.benchmark import make_plan
from fushinban.lab.ports import allow_files, block
from fushinban.model.device import CAMERA_PORTS, UDP_PORTS


def test_twelve_devices_start_within_two_seconds() -> None:
    async def main() -> float:
        start = time.perf_counter()
        async with Lab(demonstration_plan(base_port=0)) as lab:
            elapsed = time.perf_counter() - start
            pages = await asyncio.gather(*(http(d, "GET", "/") for d in lab.devices.values()))
            assert sorted({p.status for p in pages}) == [200, 401]
        return elapsed

    assert asyncio.run(main()) < 2


def test_the_site_file_matches_the_lab() -> None:
    async def main() -> None:
        async with Lab(demonstration_plan(base_port=0)) as lab:
            site = tomllib.loads(lab.site_toml())
            assert site["site"]["kind"] == "shop"
            assert site["authorisation"]["networks"] == ["127.77.0.0/24"]
            assert site["authorisation"]["from"] < clock.now() < site["authorisation"]["until"]
            assert site["discovery"]["methods"] == ["listed", "ws-discovery", "ssdp"]
            assert len(site["device"]) == 12
            for row in site["device"]:
                assert row["ports"] == dict(lab.ports)
                assert set(row["ports"]) == set(CAMERA_PORTS) | set(UDP_PORTS)
            environment = lab.environment()
            named = {c["secret"].removeprefix("env:") for c in site["credential"]}
            assert named == set(environment)
            assert not any(secret in lab.site_toml() for secret in environment.values())
            for credential in site["credential"]:
                plan = next(d for d in lab.plan.devices if d.address == credential["match"])
                assert plan.login_user is not None
                name = credential["secret"].removeprefix("env:")
                assert environment[name] == plan.login_user.password

    asyncio.run(main())


def test_answers_are_passed_on() -> None:
    async def main() -> None:
        answers = {"G-3.5-1g": {"value": "yes", "by": '試験 "太郎"', "files": ["a.pdf"]}, "G-3.5-5j": "no"}
        plan = LabPlan(name="試験", devices=(device(),), base_port=0, answers=answers)
        async with Lab(plan) as lab:
            assert tomllib.loads(lab.site_toml())["answers"] == answers

    asyncio.run(main())


def test_a_listening_service_of_the_host_is_never_part_of_a_lab() -> None:
    with socket.socket() as other:
        base = next(b for b in range(11000, 16000, 37) if _bound(other, b + 22))
        other.listen()
        plan = LabPlan(name="試験", devices=(device(),), base_port=base)

        async def main() -> None:
            with pytest.raises(InputError, match=f"Port {base + 22} at the lab's 127.77.9.11"):
                async with Lab(plan):
                    pass

        asyncio.run(main())


def _bound(sock: socket.socket, port: int) -> bool:
    try:
        sock.bind(("0.0.0.0", port))
    except OSError:
        return False
    return True


def test_two_labs_of_the_same_site_stand_side_by_side() -> None:
    async def main() -> None:
        plan = demonstration_plan(base_port=0)
        async with Lab(plan) as one, Lab(plan) as two:
            assert one.ports != two.ports
            for lab in (one, two):
                assert (await soap(lab.devices["cam-03"], "GetHostname")).status == 200

    asyncio.run(main())


def test_after_the_end_nothing_listens_and_the_same_ports_serve_again() -> None:
    async def main() -> None:
        async with Lab(LabPlan(name="試験", devices=(device(),), base_port=0)) as lab:
            base = lab.ports["http"] - 80
            reader, writer = await asyncio.open_connection("127.77.9.11", lab.ports["http"])
        assert await reader.read() == b""
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.77.9.11", base + 80)
        async with Lab(LabPlan(name="試験", devices=(device(),), base_port=base)) as again:
            assert again.ports == block(base)

    asyncio.run(main())


def test_serve_runs_until_cancelled() -> None:
    async def main() -> None:
        ready: asyncio.Future[Lab] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(serve(LabPlan(name="試験", devices=(device(),), base_port=0), ready.set_result))
        lab = await asyncio.wait_for(ready, 5)
        assert (await soap(lab.devices["cam"], "GetUsers", BOSS)).status == 200
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert lab.devices["cam"].connections == 0

    asyncio.run(main())


def test_a_large_benchmark_site_starts_and_answers_on_uvloop() -> None:
    plan = make_plan(300, 50)
    assert plan.networks == ("127.78.0.0/24", "127.78.1.0/24")
    assert len({d.address for d in plan.devices}) == 300

    async def main() -> None:
        async with Lab(plan) as lab:
            some = [lab.devices[f"bench-{n:05d}"] for n in range(0, 300, 20)]
            start = time.perf_counter()
            answers = await asyncio.gather(*(soap(d, "GetUsers", d.plan.users[0]) for d in some))
            assert [a.status for a in answers] == [200] * len(some)
            assert time.perf_counter() - start >= 0.1

    uvloop.run(main())


def test_a_benchmark_has_at_least_one_device() -> None:
    with pytest.raises(ValueError, match="1 to"):
        make_plan(0, 50)


def test_the_limit_of_open_files_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (64, 64))
    with pytest.raises(InputError, match="limit of this machine is 64"):
        allow_files(make_plan(10, 0))


def test_multicast_answers_from_each_devices_own_address() -> None:
    async def main() -> None:
        pair = (device(), replace(device(), id="b", address="127.77.9.12", serial="T2"))
        async with Lab(LabPlan(name="試験", devices=pair, base_port=0, multicast=True)) as lab:
            if not lab.multicast_joined:
                pytest.skip("this machine does not let the lab join the group on loopback")
            assert await _ask_the_group() == {"127.77.9.11", "127.77.9.12"}

    asyncio.run(main())


async def _ask_the_group() -> set[str]:
    loop = asyncio.get_running_loop()
    seen: set[str] = set()

    class Listener(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            seen.add(addr[0])

    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
    transport, _ = await loop.create_datagram_endpoint(Listener, sock=sock)
    probe = (
        b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
        b'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><e:Header><a:MessageID>urn:uuid:1</a:MessageID>'
        b'</e:Header><e:Body><d:Probe xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"/></e:Body></e:Envelope>'
    )
    transport.sendto(probe, ("239.255.255.250", 3702))
    for _ in range(20):
        await asyncio.sleep(0.05)
        if len(seen) == 2:
            break
    transport.close()
    return seen
