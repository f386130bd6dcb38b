/// A file's bytes for the engine in this process, counted on a progress display as they are taken.
struct CountedPieces: AsyncSequence, Sendable {
    typealias Failure = any Error

    let pieces: FilePieces
    let display: ProgressDisplay

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: FilePieces.AsyncIterator
        let display: ProgressDisplay

        mutating func next() async throws -> [UInt8]? { try await next(isolation: nil) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            let piece = try await base.next(isolation: actor)
            if let piece { display.advance(bytes: piece.count) }
            return piece
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: pieces.makeAsyncIterator(), display: display)
    }
}
