import BulkModel
import NIOCore
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(2))) struct DrainTests {
    private let head =
        "PUT /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"

    @Test("a request under way at shutdown is served to its end")
    func drains() async throws {
        try await TestServer().runInGroup { client, services in
            let answer = try await client.connect { inbound, outbound in
                try await outbound.write(ByteBuffer(string: head))
                _ = try await RawClient.read(&inbound) { $0.hasSuffix("\r\n\r\n") }
                await services.triggerGracefulShutdown()
                try await outbound.write(ByteBuffer(string: "12345"))
                return try await RawClient.readAll(&inbound)
            }
            #expect(answer.hasSuffix("5 bytes"))
        }
    }

    @Test("one that does not end in time is broken off")
    func breaksOff() async throws {
        var server = TestServer()
        server.drainDuration = .milliseconds(100)
        try await server.runInGroup { client, services in
            let answer = try await client.connect { inbound, outbound in
                try await outbound.write(ByteBuffer(string: head))
                _ = try await RawClient.read(&inbound) { $0.hasSuffix("\r\n\r\n") }
                await services.triggerGracefulShutdown()
                return try await RawClient.readAll(&inbound)
            }
            #expect(!answer.contains("200"))
        }
    }
}
