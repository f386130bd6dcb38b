import NIOCore

/// A file's bytes as buffers for the HTTP client.
struct BufferPieces: AsyncSequence, Sendable {
    let pieces: CountedPieces

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: CountedPieces.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            try await base.next().map { ByteBuffer(bytes: $0) }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: pieces.makeAsyncIterator()) }
}
