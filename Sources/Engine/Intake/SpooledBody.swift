/// A body that was received whole and waits on the disk; nothing is left of it when it is dropped.
package struct SpooledBody: Sendable {
    /// Bytes as they were sent.
    package let byteCount: Int
    private let file: SpoolFile

    init(file: SpoolFile, byteCount: Int) {
        self.file = file
        self.byteCount = byteCount
    }

    /// Its bytes from the start.
    package var bytes: ByteSequence { Pieces(file: file) }

    /// Gives its room back at once.
    package func remove() async { await file.remove() }

    private struct Pieces: AsyncSequence, Sendable {
        typealias Element = [UInt8]
        typealias Failure = any Error

        let file: SpoolFile

        func makeAsyncIterator() -> Iterator { Iterator(file: file) }
    }

    private struct Iterator: AsyncIteratorProtocol {
        let file: SpoolFile
        var offset = 0

        private static let pieceBytes = 64 << 10

        mutating func next() async throws -> [UInt8]? {
            let piece = try await file.read(at: offset, count: Self.pieceBytes)
            offset += piece.count
            return piece.isEmpty ? nil : piece
        }
    }
}
