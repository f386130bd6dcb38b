import BulkModel
import HTTPFront
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct UploadTransportTests {
    private func put(_ path: String, _ lines: String) -> String {
        "PUT \(path) HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n"
    }

    @Test("a body arrives whole, with a length and in chunks")
    func bodies() async throws {
        try await TestServer().run { client, _ in
            let close = "Connection: close\r\n"
            let sized = put("/count", "\(close)Content-Length: 5\r\n") + "12345"
            let text1 = try await client.exchange(sized)
            #expect(text1.hasSuffix("5 bytes"))
            let chunked =
                put("/count", "\(close)Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
            let text2 = try await client.exchange(chunked)
            #expect(text2.hasSuffix("5 bytes"))
        }
    }

    @Test("100 Continue is sent when the body is wanted, and the body then taken")
    func expectContinue() async throws {
        try await TestServer().run { client, _ in
            let answer = try await client.connect { inbound, outbound in
                let head = put("/count", "Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n")
                try await outbound.write(ByteBuffer(string: head))
                let go = try await RawClient.read(&inbound) { $0.hasSuffix("\r\n\r\n") }
                #expect(go.hasPrefix("HTTP/1.1 100 Continue\r\n"))
                try await outbound.write(ByteBuffer(string: "12345"))
                return try await RawClient.readAll(&inbound)
            }
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("5 bytes"))
        }
    }

    @Test("a refusal comes instead of 100 Continue, and closes")
    func refusedExpect() async throws {
        try await TestServer().run { client, _ in
            let answer = try await client.exchange(
                put("/refuse", "Content-Length: 5\r\nExpect: 100-continue\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 403"))
            #expect(answer.lowercased().contains("connection: close\r\n"))
            #expect(!answer.contains("100 Continue"))
        }
    }

    @Test("a refusal reaches a client that is still sending, and the connection then ends")
    func refusedWhileSending() async throws {
        try await TestServer().run { client, _ in
            let answer = try await client.connect { inbound, outbound in
                try await outbound.write(ByteBuffer(string: put("/refuse", "Content-Length: 100000000\r\n")))
                try await outbound.write(ByteBuffer(repeating: 97, count: 100_000))
                return try await RawClient.readAll(&inbound)
            }
            #expect(answer.hasPrefix("HTTP/1.1 403"))
            #expect(answer.lowercased().contains("connection: close\r\n"))
        }
    }

    @Test("a body cut short is never taken for a whole one")
    func cutShort() async throws {
        try await TestServer().run { client, _ in
            for lines in ["Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n"] {
                let answer = try await client.connect { inbound, outbound in
                    let body = lines.hasPrefix("T") ? "5\r\n12345\r\n" : "12345"
                    try await outbound.write(ByteBuffer(string: put("/count", lines) + body))
                    outbound.finish()
                    return try await RawClient.readAll(&inbound)
                }
                #expect(!answer.contains("bytes"))
                #expect(answer.hasPrefix("HTTP/1.1 400") || answer.isEmpty)
            }
        }
    }

    @Test("a sender that stops in the middle of its body gets 408")
    func slowBody() async throws {
        var server = TestServer()
        server.limits.bodyRateWindow = .milliseconds(200)
        try await server.run { client, _ in
            let answer = try await client.exchange(put("/count", "Content-Length: 100\r\n") + "12345")
            #expect(answer.hasPrefix("HTTP/1.1 408"))
        }
    }

    @Test("a request head that does not come to its end gets 408")
    func slowHead() async throws {
        var server = TestServer()
        server.limits.headTimeout = .milliseconds(100)
        try await server.run { client, _ in
            let text3 = try await client.exchange("GET /hello HTTP/1.1\r\nHo")
            #expect(text3.hasPrefix("HTTP/1.1 408"))
        }
    }

    @Test("an idle connection is closed, before its first request and after one")
    func idle() async throws {
        var server = TestServer()
        server.limits.idleTimeout = .seconds(1)
        try await server.run { client, _ in
            let text4 = try await client.exchange("")
            #expect(text4.isEmpty)
            let answer = try await client.exchange("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(answer.hasSuffix("hello"))
        }
    }

    @Test("connections that send nothing do not keep others from being served")
    func manyIdle() async throws {
        try await TestServer().run { client, _ in
            try await holdOpen(300, client) {
                let answer = try await client.exchange(
                    "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                #expect(answer.hasSuffix("hello"))
            }
        }
    }

    private func holdOpen(
        _ count: Int, _ client: RawClient, _ body: () async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body() }
        try await client.connect { _, _ in try await holdOpen(count - 1, client, body) }
    }
}
