"""How messages travel through pygls: decoded once, answered with plain dictionaries, and never unanswered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

log = logging.getLogger(__name__)

Json = dict[str, Any]

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603
NOT_INITIALIZED = -32002
CONTENT_MODIFIED = -32801

# Messages that pygls would answer with a workspace of its own; the server keeps its own documents.
_OURS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
)


class Protocol(LanguageServerProtocol):
    """pygls's protocol with a decoder and an encoder of its own."""

    _server: Server

    def __init__(self, server: Server, converter: Converter) -> None:
        super().__init__(server, converter)
        for name in _OURS:
            self.fm.builtin_features.pop(name, None)
        self.initialized = False
        self._reported: set[str] = set()

    # -- in ----------------------------------------------------------------------------------------------------

    def receive(self, body: bytes) -> None:
        """One message, as bytes."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            log.warning("a message is no JSON: %s", error)
            self._fail(None, PARSE_ERROR, "the message is no JSON")
            return
        if not isinstance(data, dict):
            self._fail(None, INVALID_REQUEST, "a message is an object")
            return
        identity, method = data.get("id"), data.get("method")
        if method is None and identity is None:
            self._fail(None, INVALID_REQUEST, "a message has a method")
            return
        if not self._admitted(identity, method):
            return
        try:
            message = self.structure_message(data)
        except Exception as error:
            log.warning("%s: parameters that do not fit the protocol (%s)", method, type(error).__name__)
            if identity is not None and method is not None:
                self._fail(identity, INVALID_PARAMS, f"the parameters of {method} do not fit the protocol")
            return
        try:
            self.handle_message(message)
        except Exception as error:  # one message must not end the session
            self.crashed(str(method), error)

    def _admitted(self, identity: Any, method: Any) -> bool:
        if method is None or method == types.EXIT:
            return True
        if not isinstance(method, str) or (identity is not None and not isinstance(identity, (str, int))):
            self._fail(None, INVALID_REQUEST, "a method is a string, an id a string or a number")
            return False
        if method == types.INITIALIZE:
            if not self.initialized:
                self.initialized = True
                return True
            self._fail(identity, INVALID_REQUEST, "the server is initialized already")
            return False
        if not self.initialized:
            if identity is not None:
                self._fail(identity, NOT_INITIALIZED, "initialize comes first")
            return False
        if self._shutdown:
            if identity is not None:
                self._fail(identity, INVALID_REQUEST, "the server is shutting down")
            return False
        return True

    def _handle_notification(self, method_name: str, params: Any) -> None:
        if method_name.startswith("$/") and method_name not in self.fm.features and method_name != types.CANCEL_REQUEST:
            return
        super()._handle_notification(method_name, params)

    def hung_up(self) -> None:
        """The client's side is closed."""
        self._server.stop(0 if self._shutdown else 1)

    # -- out ---------------------------------------------------------------------------------------------------

    def _fail(self, identity: Any, code: int, message: str) -> None:
        self._send_data({"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": message}})

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        self._result_types.pop(msg_id, None)
        if error is not None:
            self._send_data({"jsonrpc": "2.0", "id": msg_id, "error": error})
        elif isinstance(result, Encoded):
            self._send_text(f'{{"jsonrpc":"2.0","id":{json.dumps(msg_id)},"result":{result}}}')
        else:
            self._send_data({"jsonrpc": "2.0", "id": msg_id, "result": result})

    def _send_handler_result(self, future: Any, *, msg_id: Any) -> None:
        if not future.cancelled() and isinstance(error := future.exception(), RequestError):
            self._request_futures.pop(msg_id, None)
            self._fail(msg_id, error.code, str(error))
            return
        super()._send_handler_result(future, msg_id=msg_id)

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification; ``params`` may be plain dictionaries."""
        self._send_data({"jsonrpc": "2.0", "method": method, "params": params})

    def notify_encoded(self, method: str, params: str) -> None:
        """Send a notification whose parameters are JSON text already."""
        self._send_text(f'{{"jsonrpc":"2.0","method":"{method}","params":{params}}}')

    def ask(self, method: str, params: Any, answer: Callable[[Any], None] | None = None) -> None:
        """Send a request; ``answer`` gets the result as plain data, ``None`` for an error."""
        identity = f"tensorlift-{self._server.next_number()}"
        if answer is not None:
            self._server.awaited[identity] = answer
        self._send_data({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})

    def structure_message(self, data: Json) -> Any:
        """Decode a message; answers to our own requests stay plain."""
        if "method" not in data:
            answer = self._server.awaited.pop(data.get("id"), None)
            if answer is not None:
                try:
                    answer(data.get("result"))
                except Exception as error:
                    self.crashed("answer", error)
            return _ANSWERED
        return super().structure_message(data)

    def handle_message(self, message: Any) -> None:
        """See pygls; an answer was delivered while it was decoded."""
        if message is not _ANSWERED:
            super().handle_message(message)

    def _send_data(self, data: Any) -> None:
        if self.writer is None:
            return
        self._send_text(json.dumps(data, default=self._serialize_message, separators=(",", ":")))

    def _send_text(self, text: str) -> None:
        if self.writer is None:
            return
        payload = text.encode("utf-8", "replace")
        self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(payload), payload))

    # -- life --------------------------------------------------------------------------------------------------

    def crashed(self, what: str, error: BaseException) -> None:
        """Tell of a failure once, with its place; the session goes on."""
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        place = f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback is not None else ""
        key = f"{what} {type(error).__name__} {place}"
        if key in self._reported:
            return
        self._reported.add(key)
        log.error("%s failed: %s: %s", what, type(error).__name__, error, exc_info=error)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, Any]:
        """See pygls; what its builder cannot say is added."""
        result = yield from super().lsp_initialize(params)
        answer = self._converter.unstructure(result)
        self._server.complete_capabilities(answer["capabilities"])
        return answer

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: Any) -> None:  # type: ignore[override]
        """End the process: 0 after a shutdown, else 1."""
        self._server.stop(0 if self._shutdown else 1)


class Encoded(str):
    """A result that is JSON text already."""

    __slots__ = ()


class RequestError(Exception):
    """A request that is answered with an error; the text is for a person."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


_ANSWERED = object()
