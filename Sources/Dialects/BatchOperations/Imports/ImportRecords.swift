import Engine

/// The records that a reader has come to, as a body of their own; read once.
struct ImportRecords: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let reader: any ImportReading

    struct AsyncIterator: AsyncIteratorProtocol {
        let reader: any ImportReading
        private var isOver = false

        init(reader: any ImportReading) { self.reader = reader }

        mutating func next() async throws -> [UInt8]? {
            guard !isOver else { return nil }
            let bytes = try await reader.nextRecords()
            if bytes == nil { isOver = true }
            return bytes
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }
}
