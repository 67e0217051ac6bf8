"""Ceph with its object gateway on loopback, for the tests: one monitor, one store in memory, one gateway.

Usage: ceph-server.py FOLDER MONITOR-PORT GATEWAY-PORT

Prints "ready" when it serves, and ends when its standard input does.
"""
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

CONF = """
[global]
fsid = {fsid}
mon_host = [v2:127.0.0.1:{monitor}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
keyring = {folder}/keyring
run_dir = {folder}
admin_socket = {folder}/$name.asok
log_file =
mon_data_avail_crit = 1
mon_allow_pool_size_one = true
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0

[mon.a]
mon_data = {folder}/monitor

[osd.0]
osd_data = {folder}/store
osd_objectstore = memstore
memstore_device_bytes = 4294967296

[client.gateway]
rgw_frontends = beast endpoint=127.0.0.1:{gateway}
rgw_data = {folder}/gateway
"""

CAPABILITIES = {"mon.": ["mon"], "client.admin": ["mon", "osd"], "client.gateway": ["mon", "osd"], "osd.0": ["mon", "osd"]}


def die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def main():
    folder, monitor, gateway = sys.argv[1:4]
    conf = os.path.join(folder, "ceph.conf")
    with open(conf, "w", encoding="ascii") as file:
        file.write(CONF.format(fsid=uuid.uuid4(), folder=folder, monitor=monitor, gateway=gateway))

    def run(*command):
        subprocess.run([*command, "--conf", conf], check=True, stdout=subprocess.DEVNULL, timeout=120)

    def start(*command):
        return subprocess.Popen(
            [*command, "--conf", conf, "-f"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)

    keyring = os.path.join(folder, "keyring")
    for number, (name, of) in enumerate(CAPABILITIES.items()):
        allowed = [word for part in of for word in ("--cap", part, "allow *")]
        run("ceph-authtool", keyring, *([] if number else ["--create-keyring"]), "--gen-key", "-n", name, *allowed)

    for part in ("monitor", "store", "gateway"):
        os.mkdir(os.path.join(folder, part))
    chart = os.path.join(folder, "monmap")
    run("monmaptool", "--create", "--addv", "a", f"[v2:127.0.0.1:{monitor}]", chart)
    run("ceph-mon", "--mkfs", "-i", "a", "--monmap", chart, "--keyring", keyring)
    start("ceph-mon", "-i", "a")
    run("ceph", "osd", "create")
    run("ceph-osd", "-i", "0", "--mkfs")
    start("ceph-osd", "-i", "0")
    run("radosgw-admin", "user", "create", "--uid=tester", "--display-name=tester", "--access-key=tester", "--secret-key=testing")
    serving = start("radosgw", "-n", "client.gateway")
    while serving.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{gateway}/", timeout=10).close()
            break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    else:
        sys.exit(f"The gateway ended with {serving.returncode}.")

    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
