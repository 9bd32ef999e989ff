"""A first knock on a cluster's door, so that a refusal is told at once and by its reason.

kafka-python tries until its time is over and then knows only that it was over: a failed TLS
handshake, a refused password (whose answer it drops when the broker closes behind it) and a
broker that is down look the same. So before a client is made, one connection goes through TCP,
TLS and SASL, each of which gives its own reason, and is closed.
"""

import socket
import ssl
import struct
from typing import Any

from kafka.net.sasl import get_sasl_mechanism

from pipeline.connectors.kafka.settings import KafkaSettings
from pipeline.errors import CopydeskError, TemporaryError

_CONNECT_SECONDS = 5.0
_SASL_HANDSHAKE, _SASL_AUTHENTICATE = (17, 1), (36, 0)  # api key and version
_UNSUPPORTED_MECHANISM = 33
# An answer to these requests has some hundred bytes; whoever sends more is no Kafka broker.
_MOST_BYTES = 64 * 1024


class KafkaUnavailableError(TemporaryError):
    """The cluster does not answer. Another attempt may succeed."""


class KafkaRefusedError(CopydeskError):
    """The cluster answers and says no: wrong password, no right to read, no such topic."""


def knock(settings: KafkaSettings) -> None:
    """Goes in at any of the servers, and out again.

    Raises:
        KafkaUnavailableError: none could be reached.
        KafkaRefusedError: one could; its certificate is not to be trusted, or it refused the user.
    """
    context = _tls_context(settings) if settings.protocol.endswith("SSL") else None
    reasons: list[str] = []
    for server in settings.servers:
        host, _, port = server.rpartition(":")
        host = host.strip("[]")
        try:
            with socket.create_connection((host, int(port)), _CONNECT_SECONDS) as plain:
                if context is None:
                    return _authenticate(plain, server, settings)
                with context.wrap_socket(plain, server_hostname=host) as connection:
                    return _authenticate(connection, server, settings)
        except ssl.SSLCertVerificationError as error:
            raise KafkaRefusedError(_certificate_words(server, error)) from None
        except ssl.SSLError as error:
            reasons.append(f"{server} does not speak TLS as we do ({error.reason})")
        except OSError as error:
            reasons.append(f"{server}: {error.strerror or error}")
    raise KafkaUnavailableError(
        f"no Kafka broker can be reached: {'; '.join(reasons)}. Check the address, the port and "
        "--kafka-security-protocol"
    )


def _tls_context(settings: KafkaSettings) -> ssl.SSLContext:
    options = settings.client_options()
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        context.check_hostname = settings.check_hostname
        if settings.cert_file:
            context.load_cert_chain(settings.cert_file, settings.key_file, options["ssl_password"])
    except OSError as error:  # also what the ssl module raises
        names = ", ".join(filter(None, (settings.ca_file, settings.cert_file, settings.key_file)))
        raise CopydeskError(
            f"cannot use {names}: {error.strerror or error}; certificates and keys must be PEM files"
        ) from None
    return context


def _certificate_words(server: str, error: ssl.SSLCertVerificationError) -> str:
    reason = error.verify_message
    if "hostname" in reason.lower() or "ip address" in reason.lower():
        return (
            f"the certificate of {server} was made for another host name ({reason}); connect by "
            "the name that stands in it"
        )
    return (
        f"the certificate of {server} is not trusted ({reason}); name the authority that signed it "
        "by --kafka-ca-file"
    )


def _authenticate(connection: socket.socket, server: str, settings: KafkaSettings) -> None:
    if not settings.protocol.startswith("SASL"):
        return
    options = settings.client_options()
    name: str = options["sasl_mechanism"]
    who = f"user {settings.username!r} by {name}"
    error, offered = _handshake(connection, name)
    if error == _UNSUPPORTED_MECHANISM:
        raise KafkaRefusedError(
            f"{server} does not take {name}, only {', '.join(offered) or 'nothing'}; choose one of "
            "them by --kafka-sasl-mechanism"
        )
    mechanism: Any = get_sasl_mechanism(name)(host=server.rpartition(":")[0], **options)
    try:
        while not mechanism.is_done():
            error, message, answer = _exchange(connection, mechanism.auth_bytes())
            if error:
                raise KafkaRefusedError(
                    f"{server} refused {who}: {message or f'error {error}'}. Check the name, the "
                    "password and --kafka-sasl-mechanism"
                )
            mechanism.receive(answer)
    except (ValueError, KeyError, ConnectionError):
        # The signature of a server that does not know the password itself, or a closed door.
        raise KafkaRefusedError(
            f"{server} refused {who}, or could not prove that it knows the password. Check the "
            "name, the password and --kafka-sasl-mechanism"
        ) from None


def _handshake(connection: socket.socket, mechanism: str) -> tuple[int, list[str]]:
    answer = _request(connection, _SASL_HANDSHAKE, _string(mechanism))
    error, count = struct.unpack_from(">hi", answer)
    offered = []
    place = 6
    for _ in range(max(0, count)):
        text, place = _read_string(answer, place)
        offered.append(text or "")
    return error, offered


def _exchange(connection: socket.socket, token: bytes) -> tuple[int, str | None, bytes]:
    answer = _request(connection, _SASL_AUTHENTICATE, struct.pack(">i", len(token)) + token)
    (error,) = struct.unpack_from(">h", answer)
    message, place = _read_string(answer, 2)
    (length,) = struct.unpack_from(">i", answer, place)
    return error, message, answer[place + 4 : place + 4 + max(0, length)]


def _request(connection: socket.socket, api: tuple[int, int], body: bytes) -> bytes:
    """Sends one request of the Kafka protocol (header version 1) and gives the answer's body.

    Raises:
        ConnectionError: the broker closed the connection, or what answers is no broker.
    """
    frame = struct.pack(">hhi", *api, 0) + _string("copydesk") + body
    connection.sendall(struct.pack(">i", len(frame)) + frame)
    (length,) = struct.unpack(">i", _read(connection, 4))
    if not 4 <= length <= _MOST_BYTES:
        raise ConnectionError("this is no Kafka broker")
    return _read(connection, length)[4:]  # behind the correlation id


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise ConnectionError("closed by the other side")
        data += piece
    return data


def _string(text: str) -> bytes:
    return struct.pack(">h", len(text.encode())) + text.encode()


def _read_string(data: bytes, place: int) -> tuple[str | None, int]:
    (length,) = struct.unpack_from(">h", data, place)
    end = place + 2 + max(0, length)
    return (None if length < 0 else data[place + 2 : end].decode("utf-8", "replace")), end
