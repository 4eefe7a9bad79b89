"""Run inside a host: does what a JSON list on standard input asks for, and prints what came of each as a JSON list.

`{"try": [address, port, "tcp"|"udp"]}`: whether somebody answers (open, refused, silent), and the first bytes.
`{"post": [host, port, path], "headers": {…}, "body": {…}}`: an HTTPS request that checks no certificate.
"""

import json
import socket
import ssl
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPSConnection
from typing import Any

_PATIENCE = 1.2


def tried(address: str, port: int, protocol: str) -> dict[str, str]:
    """One port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    with socket.socket(family, kind) as sock:
        sock.settimeout(_PATIENCE)
        try:
            sock.connect((address, port))
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
        except ConnectionRefusedError:
            return {"state": "refused", "said": ""}
        except OSError:
            return {"state": "silent", "said": ""}
        try:
            said = sock.recv(400).decode("latin-1")
        except ConnectionRefusedError:
            return {"state": "refused", "said": ""}
        except OSError:
            return {"state": "open" if protocol == "tcp" else "silent", "said": ""}
    return {"state": "open", "said": said}


def posted(place: list[Any], headers: dict[str, str], body: object) -> dict[str, Any]:
    """One request."""
    host, port, path = place
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = HTTPSConnection(host, port, context=context, timeout=20)
    try:
        method = "GET" if body is None else "POST"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return {"status": answer.status, "body": json.loads(answer.read())}
    finally:
        connection.close()


def done(one: dict[str, Any]) -> dict[str, Any]:
    """One wish."""
    if "try" in one:
        return dict(tried(*one["try"]))
    return posted(one["post"], one.get("headers", {}), one.get("body"))


if __name__ == "__main__":
    with ThreadPoolExecutor(48) as pool:
        print(json.dumps(list(pool.map(done, json.load(sys.stdin)))))
