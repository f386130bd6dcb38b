import Synchronization

/// A body that arrives in pieces of one size, and perhaps breaks off; counts how many were asked for.
final class BodyInPieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    private let bytes: [UInt8]
    private let pieceBytes: Int
    private let breaks: Bool
    private let beforeEnd: @Sendable () async throws -> Void
    private let count = Mutex(0)

    struct Broken: Error {}

    /// With `breaks` the end is an error, as when the sender goes away; `beforeEnd` happens before the last piece comes.
    init(
        _ bytes: [UInt8], bytes pieceBytes: Int, breaks: Bool = false,
        beforeEnd: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.bytes = bytes
        self.pieceBytes = pieceBytes
        self.breaks = breaks
        self.beforeEnd = beforeEnd
    }

    /// Pieces that were asked for.
    var askedFor: Int { count.withLock { $0 } }

    struct AsyncIterator: AsyncIteratorProtocol {
        let body: BodyInPieces
        var offset = 0

        mutating func next() async throws -> [UInt8]? {
            body.count.withLock { $0 += 1 }
            guard offset < body.bytes.count else {
                if body.breaks { throw Broken() }
                return nil
            }
            let end = Swift.min(offset + body.pieceBytes, body.bytes.count)
            if end == body.bytes.count { try await body.beforeEnd() }
            defer { offset = end }
            return Array(body.bytes[offset..<end])
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }
}
