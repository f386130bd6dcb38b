/// A body that arrives in these pieces.
struct Pieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    private let pieces: [[UInt8]]

    init(_ pieces: [String]) { self.pieces = pieces.map { Array($0.utf8) } }

    struct AsyncIterator: AsyncIteratorProtocol {
        var pieces: IndexingIterator<[[UInt8]]>

        mutating func next() async throws -> [UInt8]? { pieces.next() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: pieces.makeIterator()) }
}
