"""An SMTP server for the tests, made of Debian's python3-aiosmtpd. Says on standard output when it listens and what it takes, one
JSON object a line; and for each line that it is told, that it has heard it. Ends with its standard input. Whoever is called nobody...
has no mailbox; that of busy... is busy twice."""
import argparse
import base64
import collections
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("port", type=int)
arguments.add_argument("--certificate", help="PEM, with its key: STARTTLS is offered, and asked for")
arguments.add_argument("--user", help="who must sign in")
arguments.add_argument("--password")
arguments = arguments.parse_args()


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Mailboxes:
    attempts = collections.Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.attempts[address] += 1
        if address.startswith("nobody"):
            return "550 5.1.1 There is no such mailbox"
        if address.startswith("busy") and self.attempts[address] <= 2:
            return "451 4.3.0 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        say(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            content=base64.b64encode(envelope.content).decode(),
            encrypted=session.ssl is not None,
            user=session.auth_data.decode() if session.auth_data else None,
        )
        return "250 OK"


def sign_in(server, session, envelope, mechanism, data):
    known = data.login.decode() == arguments.user and data.password.decode() == arguments.password
    return AuthResult(success=known, auth_data=data.login)


tls = None
if arguments.certificate:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(arguments.certificate)
controller = Controller(
    Mailboxes(),
    hostname="127.0.0.1",
    port=arguments.port,
    tls_context=tls,
    require_starttls=tls is not None,
    authenticator=sign_in if arguments.user else None,
    auth_required=arguments.user is not None,
    auth_require_tls=tls is not None,
)
controller.start()
say(ready=True)
for _ in sys.stdin:
    say(heard=True)
controller.stop()
