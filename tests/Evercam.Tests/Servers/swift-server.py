"""OpenStack Swift with its S3 layer, all of it in one process on loopback, for the tests.

Usage: swift-server.py FOLDER PROXY-PORT ACCOUNT-PORT CONTAINER-PORT OBJECT-PORT MEMCACHED-PORT

Prints "ready" when it serves, and ends when its standard input does.
"""
import eventlet

eventlet.monkey_patch()

import ctypes
import getpass
import os
import signal
import subprocess
import sys

from eventlet import wsgi
from swift.common import storage_policy, utils
from swift.common.ring import RingBuilder

PROXY = """
[DEFAULT]
swift_dir = {folder}
log_level = ERROR

[pipeline:main]
pipeline = catch_errors gatekeeper cache s3api tempauth slo proxy-server

[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:gatekeeper]
use = egg:swift#gatekeeper

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcached}

[filter:s3api]
use = egg:swift#s3api
location = us-east-1
auth_pipeline_check = false

[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin

[filter:slo]
use = egg:swift#slo
"""

SERVER = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
log_level = ERROR

[pipeline:main]
pipeline = {kind}-server

[app:{kind}-server]
use = egg:swift#{kind}
"""


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def main():
    folder = sys.argv[1]
    ports = dict(zip(("proxy", "account", "container", "object"), map(int, sys.argv[2:6])))
    memcached = sys.argv[6]
    subprocess.Popen(
        ["memcached", "-l", "127.0.0.1", "-p", memcached, "-U", "0", "-m", "16", "-t", "1", "-u", getpass.getuser()],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)
    os.makedirs(os.path.join(folder, "devices", "disk"), exist_ok=True)
    conf = write(os.path.join(folder, "swift.conf"), "[swift-hash]\nswift_hash_path_suffix = evercam\n")
    utils.SWIFT_CONF_FILE = conf
    storage_policy.SWIFT_CONF_FILE = conf
    utils.HASH_PATH_SUFFIX = b"evercam"
    storage_policy.reload_storage_policies()

    for kind in ("account", "container", "object"):
        builder = RingBuilder(4, 1, 1)
        builder.add_dev({
            "region": 1, "zone": 1, "ip": "127.0.0.1", "port": ports[kind],
            "replication_ip": "127.0.0.1", "replication_port": ports[kind], "device": "disk", "weight": 1})
        builder.rebalance()
        builder.get_ring().save(os.path.join(folder, kind + ".ring.gz"))

    from swift.common.wsgi import loadapp

    logger = utils.get_logger({"log_level": "ERROR"}, "swift")
    for kind, port in ports.items():
        text = PROXY if kind == "proxy" else SERVER
        path = write(os.path.join(folder, kind + "-server.conf"), text.format(folder=folder, kind=kind, memcached=memcached))
        app = loadapp(path, global_conf={"log_name": kind})
        eventlet.spawn(
            wsgi.server, eventlet.listen(("127.0.0.1", port)), app, log=logger, log_output=False, max_size=1024,
            capitalize_response_headers=False)

    eventlet.sleep(0)
    print("ready", flush=True)
    eventlet.tpool.execute(sys.stdin.read)


if __name__ == "__main__":
    main()
