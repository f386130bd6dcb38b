/// A file's bytes in pieces, pulled: a slow taker slows the reading.
struct FilePieces: AsyncSequence, Sendable {
    typealias Failure = any Error

    static let pieceBytes = 256 << 10

    /// Bytes that were read already.
    let head: [UInt8]
    let file: ReadableFile

    struct AsyncIterator: AsyncIteratorProtocol {
        var head: [UInt8]
        let file: ReadableFile

        mutating func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            if !head.isEmpty {
                defer { head = [] }
                return head
            }
            let piece = try await file.read(atMost: FilePieces.pieceBytes)
            return piece.isEmpty ? nil : piece
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(head: head, file: file) }
}
