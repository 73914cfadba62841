"""A middlebox that ends TLS itself, with a certificate of its own making for whatever name is asked."""

import ssl

from tests.fakes.answers import Answer
from tests.fakes.authority import Authority
from tests.fakes.tls_server import HttpServer


class Interceptor(HttpServer):
    """Answers every ClientHello with a leaf for its name, issued by `authority`; whether that is trusted is the client's affair."""

    def __init__(
        self,
        authority: Authority,
        answer: Answer | None = None,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.server_names: list[str | None] = []
        self._authority = authority
        self._contexts: dict[str, ssl.SSLContext] = {}
        nameless = authority.identity("nameless.test").context()
        nameless.sni_callback = self._substitute
        super().__init__(answer, address=address, port=port, context=nameless)

    def _substitute(self, tls: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        self.server_names.append(name)
        if name is None:
            return
        if name not in self._contexts:
            self._contexts[name] = self._authority.identity(name).context()
        tls.context = self._contexts[name]
