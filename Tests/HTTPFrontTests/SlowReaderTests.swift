import BulkModel
import Dialects
import HTTPFront
import Logging
import NIOCore
import Synchronization
import Testing

@Suite("A caller who does not read", .timeLimit(.minutes(2)))
struct SlowReaderTests {
    /// A route whose answer never ends, and what became of it.
    private struct Endless: Dialect {
        let written: ByteCount
        let ended: AsyncStream<Void>.Continuation

        var routes: [Route] {
            [
                Route(.get, "/endless", needsCredential: false) { _ throws(Refusal) in
                    Answer(
                        status: 200,
                        body: .stream { sink in
                            defer { ended.finish() }
                            while true {
                                try await sink(Self.piece)
                                written.add(Self.piece.count)
                            }
                        })
                }
            ]
        }

        private static let piece = [UInt8](repeating: 0x61, count: 64 << 10)
    }

    @Test("gets no more than the buffers between hold, and is cut off after the time readers have")
    func stalled() async throws {
        let written = ByteCount()
        let (ends, ended) = AsyncStream.makeStream(of: Void.self)
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        var limits = Limits()
        limits.readerTimeout = .seconds(1)
        let server = try await FrontServer(
            dialects: [Endless(written: written, ended: ended)],
            authentication: .credentials(keys: MemoryKeys(), jwt: nil),
            settings: FrontSettings(host: "127.0.0.1", port: 0, limits: limits),
            clock: WallClock { Timestamp(unixSeconds: 1_800_000_000) },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), observe: { _ in },
            onBound: { bound.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            var port = ports.makeAsyncIterator()
            let client = RawClient(port: try #require(await port.next()))
            try await client.connect { inbound, outbound in
                try await outbound.write(
                    ByteBuffer(string: "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                // One read, so that the answer has begun; then none until the server has given up.
                let begin = try await inbound.next(isolation: #isolation)
                try #require(begin != nil, "the answer has begun")
                for await _ in ends {}
            }
        }
        // The system's socket buffers take some megabytes; an unbounded queue would take what memory there is.
        #expect(written.value > 0)
        #expect(written.value < 64 << 20)
    }
}

/// A counter that the route and the test share.
private final class ByteCount: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }
    func add(_ more: Int) { count.withLock { $0 += more } }
}
