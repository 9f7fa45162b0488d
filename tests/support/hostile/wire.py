"""Requests that are none, as bytes on a socket."""

from typing import Final

_GET: Final = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n"
_POST: Final = (
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nContent-Type: application/sparql-query\r\n"
)

NONSENSE: Final = {
    "nothing": b"",
    "line-ends": b"\r\n" * 1000,
    "nulls": b"\x00" * 1000,
    "no-version": b"GET /\r\n\r\n",
    "version-9": b"GET /health HTTP/9.9\r\nHost: x\r\n\r\n",
    "version-2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "method": b"\xff\xfe /health HTTP/1.1\r\nHost: x\r\n\r\n",
    "unknown-method": b"BREW /health HTTP/1.1\r\nHost: x\r\n\r\n",
    "long-method": b"G" * 100_000 + b" / HTTP/1.1\r\n\r\n",
    "long-target": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes-in-target": b"GET /\xff\xfe\x80?query=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "null-in-target": b"GET /he\x00alth HTTP/1.1\r\nHost: x\r\n\r\n",
    "escapes-in-target": b"GET /sparql?query=%ff%fe%00%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    "dots": b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "escaped-dots": b"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "absolute": b"GET http://other/health HTTP/1.1\r\nHost: x\r\n\r\n",
    "bad-absolute": b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "star": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "connect": b"CONNECT other:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no-host": b"GET /health HTTP/1.1\r\n\r\n",
    "bad-host": b"GET /sparql HTTP/1.1\r\nHost: [::1\r\nAccept: text/turtle\r\n\r\n",
    "bytes-in-host": b"GET /sparql HTTP/1.1\r\nHost: \xff:x\r\nAccept: text/turtle\r\n\r\n",
    "port-of-host": b"GET / HTTP/1.1\r\nHost: x:99999999\r\nAccept: text/turtle\r\n\r\n",
    "no-colon": b"GET /health HTTP/1.1\r\nHost x\r\n\r\n",
    "space-before-colon": b"GET /health HTTP/1.1\r\nHost : x\r\n\r\n",
    "folded": b"GET /health HTTP/1.1\r\nHost: x\r\n  y\r\n\r\n",
    "null-in-header": b"GET /health HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
    "bytes-in-accept": _GET + b"Accept: \xff\xfe;q=\xff\r\n\r\n",
    "long-accept": _GET + b"Accept: " + b"a/b;q=0.1," * 5000 + b"\r\n\r\n",
    "bad-quality": _GET + b"Accept: */*;q=1e999, text/csv;q=nan\r\n\r\n",
    "long-header": b"GET /health HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "headers": b"GET /health HTTP/1.1\r\n" + b"A: b\r\n" * 50_000 + b"\r\n",
    "bad-coding": _GET + b"Accept-Encoding: \xff, gzip;q=x, br;q=-1, *;q=\r\n\r\n",
    "bad-etags": _GET + b'If-None-Match: "a, W/", *, \xff\r\n\r\n',
    "bad-date": _GET + b"Accept-Datetime: Thu, 99 Foo 0000 99:99:99 GMT\r\n\r\n",
    "bad-language": b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: \xff;q=9, *-*\r\n\r\n",
    "bad-range": b"GET /static/foedus.css HTTP/1.1\r\nHost: x\r\nRange: bytes=9-1,-,x\r\n\r\n",
    "bad-token": b"DELETE /documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\r\n\r\n",
    "bad-forwarded": _GET
    + b"X-Forwarded-For: \xff, a, 1.2.3.4.5\r\nX-Forwarded-Proto: \xff\r\n\r\n",
    "bad-content-type": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: \xff;charset=\xff\r\n"
    b"Content-Length: 4\r\n\r\nASK{",
    "charset": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n"
    b"Content-Type: application/sparql-query; charset=no-such\r\n\r\nASK {}",
    "upgrade": _GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    "h2c": _GET
    + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n",
    "expect": _POST + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\n",
    "length-negative": _POST + b"Content-Length: -1\r\n\r\n",
    "length-words": _POST + b"Content-Length: six\r\n\r\nASK {}",
    "length-huge": _POST + b"Content-Length: 99999999999999999999999999\r\n\r\nASK {}",
    "length-of-terabytes": _POST + b"Content-Length: 9999999999999\r\n\r\nASK {}",
    "length-too-long": _POST + b"Content-Length: 60\r\n\r\nASK {}",
    "length-too-short": _POST + b"Content-Length: 3\r\n\r\nASK {}",
    "lengths": _POST + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}",
    "length-and-chunks": _POST
    + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "unknown-transfer": _POST + b"Transfer-Encoding: gzip\r\n\r\nASK {}",
    "chunk-size": _POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nASK {}\r\n0\r\n\r\n",
    "chunk-huge": _POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nASK",
    "chunk-negative": _POST + b"Transfer-Encoding: chunked\r\n\r\n-6\r\nASK {}\r\n0\r\n\r\n",
    "chunk-too-long": _POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK {}\r\n0\r\n\r\n",
    "chunk-unfinished": _POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n",
    "chunks": _POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n#\r\n" * 20_000 + b"0\r\n\r\n",
    "chunk-extension": _POST
    + b"Transfer-Encoding: chunked\r\n\r\n6;"
    + b"a" * 100_000
    + b"\r\nASK {}\r\n0\r\n\r\n",
    "trailers": _POST
    + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n"
    + b"A: b\r\n" * 20_000
    + b"\r\n",
    "body-too-long": _POST + b"Content-Length: 5000000\r\n\r\n" + b"#" * 5_000_000,
    "chunked-body-too-long": _POST
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + (b"10000\r\n" + b"#" * 65_536 + b"\r\n") * 80,
    "body-of-get": _GET + b"Content-Length: 6\r\n\r\nASK {}",
    "compressed-body": _POST + b"Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\nASK {}",
    "pipelined": (_GET + b"\r\n") * 200,
    "pipelined-nonsense": (_GET + b"\r\n") * 5 + b"\x00\xff" * 100,
    "smuggled": _POST + b"Transfer-Encoding : chunked\r\nContent-Length: 6\r\n\r\nASK {}"
    b"GET /documents HTTP/1.1\r\n\r\n",
    "old": b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\n\r\n",
    "old-kept": b"GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "many-parameters": b"GET /sparql?" + b"query=a&" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "form": b"POST /sparql HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 26\r\n\r\n"
    b"query=%ff%fe&=&&&%=%&query",
    "multipart": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\n"
    b"Content-Length: 3\r\n\r\n--x",
}
"""By name what a client sends before it sends no more."""
