import BulkModel
import Engine
import NIOCore
import Synchronization
import Testing

@testable import Dialects

@Suite("An answer that is written while the request is read", .timeLimit(.minutes(2)))
struct DuplexTests {
    private static let head =
        "POST /both HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"

    private static func chunk(_ text: String) -> ByteBuffer {
        ByteBuffer(string: String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
    }

    @Test("tells of what has arrived before the body ends, line by line")
    func lineByLine() async throws {
        try await TestServer(dialects: [PieceByPiece()]).run { client, _ in
            try await client.connect { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.head + "\r\n"))
                let begin = try await RawClient.read(&inbound) { $0.contains(#""type":"metadata""#) }
                #expect(begin.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(begin.lowercased().contains("transfer-encoding: chunked"))
                for number in 1...3 {
                    try await outbound.write(Self.chunk("x"))
                    let told = try await RawClient.read(&inbound) { $0.contains("\"recordId\":\(number)") }
                    #expect(told.contains("\"recordId\":\(number)"))
                }
                try await outbound.write(ByteBuffer(string: "0\r\n\r\n"))
                let end = try await RawClient.readAll(&inbound)
                #expect(end.contains(#""type":"summary""#))
                #expect(end.hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test("asks for the body first where the sender waits for that")
    func expectation() async throws {
        try await TestServer(dialects: [PieceByPiece()]).run { client, _ in
            try await client.connect { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.head + "Expect: 100-continue\r\n\r\n"))
                let begin = try await RawClient.read(&inbound) { $0.contains(#""type":"metadata""#) }
                #expect(begin.hasPrefix("HTTP/1.1 100 Continue\r\n"))
                #expect(begin.contains("HTTP/1.1 200 OK\r\n"))
                try await outbound.write(ByteBuffer(string: "0\r\n\r\n"))
                #expect(try await RawClient.readAll(&inbound).hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test("ends in an error line and without its last chunk when the operation fails")
    func broken() async throws {
        let failing = PieceByPiece(failure: Refusal(.serviceUnavailable, "The disk is full."))
        try await TestServer(dialects: [failing]).run { client, log in
            try await client.connect { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.head + "\r\n"))
                try await outbound.write(Self.chunk("x"))
                try await outbound.write(ByteBuffer(string: "0\r\n\r\n"))
                let told = try await RawClient.readAll(&inbound)
                #expect(told.contains(#""recordId":1"#))
                #expect(told.contains(#"{"type":"error","error":"SERVICE_UNAVAILABLE""#))
                #expect(!told.contains(#""type":"summary""#))
                #expect(!told.hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test("fails the operation when the sender goes in the middle of the body")
    func senderGone() async throws {
        let (ends, ended) = AsyncStream.makeStream(of: Refusal?.self)
        try await TestServer(dialects: [PieceByPiece(onEnd: { ended.yield($0) })]).run { client, _ in
            try await client.connect { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.head + "\r\n"))
                try await outbound.write(Self.chunk("x"))
                _ = try await RawClient.read(&inbound) { $0.contains(#""recordId":1"#) }
            }
            var iterator = ends.makeAsyncIterator()
            let end = try #require(await iterator.next())
            #expect(end?.code == .uploadIncomplete)
        }
    }

    @Test("waits for who sends everything first and reads afterwards, however long that takes")
    func readsLater() async throws {
        var limits = Limits()
        limits.readerTimeout = .seconds(2)
        let (pieces, arrived) = AsyncStream.makeStream(of: Void.self)
        let server = TestServer(limits: limits, dialects: [EndlessUntilRead(arrived: arrived)])
        try await server.run { client, _ in
            try await client.connect { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.head + "\r\n"))
                var arrivals = pieces.makeAsyncIterator()
                let begin = ContinuousClock.now
                // Longer than a reader is waited for; all that time nothing is read and the answer is stuck.
                while ContinuousClock.now - begin < limits.readerTimeout * 2 {
                    try await outbound.write(Self.chunk(String(repeating: "x", count: 1000)))
                    try #require(await arrivals.next() != nil, "the body is read on")
                }
                try await outbound.write(ByteBuffer(string: "0\r\n\r\n"))
                var last = ""
                while let part = try await inbound.next(isolation: #isolation) {
                    last = String((last + String(buffer: part)).suffix(100))
                }
                #expect(last.hasSuffix("3\r\nend\r\n0\r\n\r\n"))
            }
        }
    }
}

/// Tells one record for each piece of the body as it comes, as streaming ingest does.
private struct PieceByPiece: Dialect {
    /// What it fails with once the body has ended.
    var failure: Refusal?
    var onEnd: @Sendable (Refusal?) -> Void = { _ in }

    private struct Nobody: Signer {
        func keyID(for purpose: SigningPurpose) -> String { "k" }
        func sign(_ bytes: [UInt8], for purpose: SigningPurpose) -> String { "s" }
        func verify(
            _ signature: String, of bytes: [UInt8], for purpose: SigningPurpose, keyID: String
        ) -> Bool { false }
    }

    var routes: [Route] {
        [
            Route(.post, "/both", needsCredential: false) { call throws(Refusal) in
                StreamAnswer.make(
                    stream(call.body),
                    cursors: StreamCursors(signer: Nobody(), tenant: TenantID("t"), table: "t"),
                    requestID: call.requestID)
            }
        ]
    }

    private func stream(_ body: ByteSequence) -> OutcomeStream {
        var spec = JobSpec(tenant: TenantID("t"), dialect: "test", operation: .insert, table: "t")
        spec.source = .stream
        let job = Job(id: JobID("bulk-op-a"), spec: spec, createdAt: Timestamp(unixSeconds: 0))
        return OutcomeStream(job: job, behind: 0, isResumed: false, recordCount: nil, isDryRun: false) {
            deliver in
            do {
                try await tell(body, deliver)
                try await deliver(.summary(StreamSummary(job: job, stop: nil, duration: .zero)))
                onEnd(nil)
            } catch {
                onEnd(error as? Refusal)
                throw error
            }
        }
    }

    private func tell(_ body: ByteSequence, _ deliver: OutcomeStream.Delivery) async throws {
        var number = 0
        for try await _ in body {
            number += 1
            var actions = ActionRuns()
            actions.append(.created)
            let receipt = ChunkReceipt(
                firstRecord: number, actions: actions, keys: .integers([Int64(number)]), faults: [])
            try await deliver(.outcomes(StreamOutcomes(receipt: receipt)))
        }
        if let failure { throw failure }
    }
}

/// Writes as much as it can until it has read the body to its end, then `end`.
private struct EndlessUntilRead: Dialect {
    /// Told of each piece of the body, and of its end.
    let arrived: AsyncStream<Void>.Continuation

    private static let piece = [UInt8](repeating: 0x61, count: 64 << 10)

    var routes: [Route] {
        [
            Route(.post, "/both", needsCredential: false) { call throws(Refusal) in
                let isRead = Flag()
                let body = call.body
                return Answer(
                    status: 200,
                    body: .stream { sink in
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            group.addTask {
                                defer { arrived.finish() }
                                for try await _ in body { arrived.yield() }
                                isRead.set()
                            }
                            while !isRead.isSet { try await sink(Self.piece) }
                            try await group.waitForAll()
                            try await sink(Array("end".utf8))
                        }
                    })
            }
        ]
    }
}

private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
