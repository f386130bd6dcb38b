import BulkModel
import HTTPFront
import Logging
import Testing

@Suite(.timeLimit(.minutes(2))) struct ServerTests {
    private func get(_ path: String, method: String = "GET", lines: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(lines)Connection: close\r\n\r\n"
    }

    @Test("an answer has its bytes, a request id and the security headers")
    func plain() async throws {
        try await TestServer().run { client, _ in
            let answer = try await client.exchange(get("/hello", lines: "X-Request-Id: my-id\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nhello"))
            let head = answer.lowercased()
            for line in [
                "x-request-id: my-id", "x-content-type-options: nosniff", "cache-control: no-store",
                "referrer-policy: no-referrer",
            ] {
                #expect(head.contains(line + "\r\n"))
            }
            let other = try await client.exchange(get("/hello", lines: "X-Request-Id: a\tb\r\n")).lowercased()
            #expect(!other.contains("x-request-id: a\tb"))
        }
    }

    @Test("HEAD has the header lines of GET and no body")
    func head() async throws {
        try await TestServer().run { client, _ in
            let answer = try await client.exchange(get("/hello", method: "HEAD")).lowercased()
            #expect(answer.hasPrefix("http/1.1 200"))
            #expect(answer.contains("content-length: 5\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
            let stream = try await client.exchange(get("/stream", method: "HEAD")).lowercased()
            #expect(stream.hasPrefix("http/1.1 200") && stream.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("a large answer is packed for who takes gzip, and HEAD tells the same length")
    func packed() async throws {
        try await TestServer().run { client, _ in
            let gzip = "Accept-Encoding: gzip\r\n"
            let packed = try await client.exchange(get("/large", lines: gzip)).lowercased()
            #expect(packed.contains("content-encoding: gzip\r\n"))
            #expect(packed.contains("vary: accept-encoding\r\n"))
            let length = try #require(packed.firstMatch(of: /content-length: (\d+)\r\n/)?.1)
            #expect(try #require(Int(length)) < 500)
            let head = try await client.exchange(get("/large", method: "HEAD", lines: gzip)).lowercased()
            #expect(head.contains("content-length: \(length)\r\n"))
            let plain = try await client.exchange(get("/large")).lowercased()
            #expect(plain.contains("content-length: 5000\r\n") && !plain.contains("content-encoding"))
        }
    }

    @Test("a refusal has the shape of its route")
    func envelope() async throws {
        try await TestServer().run { client, _ in
            let answer = try await client.exchange(get("/wrong"))
            #expect(answer.hasPrefix("HTTP/1.1 404"))
            #expect(answer.lowercased().contains("content-type: application/json\r\n"))
            #expect(answer.contains("{\"error\":{\"code\":\"RECORD_NOT_FOUND\""))
        }
    }

    @Test("what is not there is 404, a method that is not there 405 with Allow, both as problem details")
    func notFound() async throws {
        try await TestServer().run { client, _ in
            let missing = try await client.exchange(get("/nothing")).lowercased()
            #expect(missing.hasPrefix("http/1.1 404"))
            #expect(missing.contains("content-type: application/problem+json\r\n"))
            let other = try await client.exchange(get("/hello", method: "DELETE")).lowercased()
            #expect(other.hasPrefix("http/1.1 405"))
            #expect(other.contains("allow: get, head\r\n"))
            let text1 = try await client.exchange(get("/hello", method: "PROPFIND"))
            #expect(text1.hasPrefix("HTTP/1.1 405"))
            let text2 = try await client.exchange(get("/hello", method: "OPTIONS"))
            #expect(text2.hasPrefix("HTTP/1.1 204"))
            let text3 = try await client.exchange(get("/hello?a=%zz"))
            #expect(text3.hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test("a route that needs a credential asks for one")
    func credential() async throws {
        try await TestServer().run { client, _ in
            let answer = try await client.exchange(get("/who/me")).lowercased()
            #expect(answer.hasPrefix("http/1.1 401"))
            #expect(answer.contains("www-authenticate: bearer"))
        }
        var open = TestServer()
        open.authentication = .open(Caller(credential: "open", tenant: TenantID("t"), scopes: [.admin]))
        try await open.run { client, _ in
            let text4 = try await client.exchange(get("/who/me%20x"))
            #expect(text4.hasSuffix("t me x"))
            let text5 = try await client.exchange(get("/who/me", lines: "X-Tenant-ID: u\r\n"))
            #expect(text5.hasSuffix("u me"))
            let text6 = try await client.exchange(get("/who/me", lines: "Origin: https://evil.example\r\n"))
            #expect(text6.hasPrefix("HTTP/1.1 403"))
            let rebound = "GET /who/me HTTP/1.1\r\nHost: evil.example:8080\r\nConnection: close\r\n\r\n"
            let text7 = try await client.exchange(rebound)
            #expect(text7.hasPrefix("HTTP/1.1 403"))
        }
    }

    @Test("an inner fault shows its request id and nothing else")
    func innerFault() async throws {
        try await TestServer().run { client, log in
            let answer = try await client.exchange(get("/fault"))
            #expect(answer.hasPrefix("HTTP/1.1 500"))
            #expect(!answer.contains("secret details"))
            #expect(
                log.all.contains {
                    if case .serviceFault(_, let cause) = $0 { cause == "secret details" } else { false }
                })
        }
    }

    @Test("a stream ends with its last chunk, a broken one without")
    func streams() async throws {
        try await TestServer().run { client, _ in
            let whole = try await client.exchange(get("/stream"))
            #expect(whole.contains("three"))
            #expect(whole.hasSuffix("\r\n0\r\n\r\n"))
            let broken = try await client.exchange(get("/broken"))
            #expect(broken.contains("half"))
            #expect(!broken.hasSuffix("\r\n0\r\n\r\n"))
        }
    }

    @Test("the log names the route's template, never address or query")
    func accessLog() async throws {
        try await TestServer().run { client, log in
            _ = try await client.exchange(get("/who/me?sig=secret"))
            let routes = log.all.compactMap {
                if case .request(_, _, let route, _, _) = $0 { route } else { nil }
            }
            #expect(routes == ["/who/{name}"])
        }
    }

    @Test("a request head over the limit is refused")
    func bigHead() async throws {
        try await TestServer().run { client, _ in
            let line = "X-Long: \(String(repeating: "a", count: 40_000))\r\n"
            let text8 = try await client.exchange(get("/hello", lines: line))
            #expect(text8.hasPrefix("HTTP/1.1 413"))
            let text9 = try await client.exchange("nonsense\r\n\r\n")
            #expect(text9.hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test("no server starts open to other machines")
    func openElsewhere() async {
        let caller = Caller(credential: "open", tenant: TenantID("t"), scopes: [.admin])
        for (host, isTaken) in [
            ("127.0.0.1", true), ("::1", true), ("localhost", true), ("0.0.0.0", false), ("10.0.0.1", false),
            ("127.evil.example", false),
        ] {
            let made: FrontServer?
            do {
                made = try await FrontServer(
                    dialects: [], authentication: .open(caller), settings: FrontSettings(host: host, port: 0),
                    clock: WallClock { Timestamp(unixSeconds: 0) }, logger: .init(label: "t"),
                    observe: { _ in })
            } catch {
                made = nil
            }
            #expect((made != nil) == isTaken, "\(host)")
        }
    }
}
