import BulkModel
import Engine

/// A body whose bytes are noted on their way to who reads it.
struct DigestedBody: AsyncSequence, Sendable {
    let body: ByteSequence
    let digest: BodyDigest

    struct AsyncIterator: AsyncIteratorProtocol {
        var parts: any AsyncIteratorProtocol<[UInt8], any Error>
        let digest: BodyDigest

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            guard let part = try await parts.next(isolation: actor) else {
                digest.finish()
                return nil
            }
            digest.take(part)
            return part
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(parts: body.makeAsyncIterator(), digest: digest)
    }
}
