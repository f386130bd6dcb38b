import BulkModel
import Hummingbird
import NIOCore
import NIOHTTP1

/// A request's body, pulled: the socket is read only as fast as this is.
///
/// It ends either complete or with a `Refusal`; a body that was cut short never looks complete.
struct BodyBytes: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let body: RequestBody
    let channel: any Channel
    /// The `Content-Length`, nil for a chunked body.
    let announcedBytes: Int?

    func makeAsyncIterator() -> Iterator {
        Iterator(parts: body.makeAsyncIterator(), channel: channel, announcedBytes: announcedBytes)
    }

    struct Iterator: AsyncIteratorProtocol {
        typealias Element = [UInt8]
        typealias Failure = any Error

        var parts: RequestBody.AsyncIterator
        let channel: any Channel
        let announcedBytes: Int?
        var byteCount = 0
        var isBegun = false

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            if !isBegun {
                isBegun = true
                channel.triggerUserOutboundEvent(BodyWanted(), promise: nil)
            }
            do {
                guard let part = try await parts.next(isolation: actor) else {
                    try checkComplete()
                    return nil
                }
                byteCount += part.readableBytes
                return Array(buffer: part)
            } catch let refusal as Refusal {
                throw refusal
            } catch is SlowSender {
                throw Refusal(
                    .requestTimeout, issue: "slow_body",
                    "The body came too slowly and was given up; send it again.")
            } catch {
                throw Self.cutShort
            }
        }

        private func checkComplete() throws {
            // A cancelled read looks like the end of the body, and so may a connection that was closed.
            try Task.checkCancellation()
            if let announcedBytes, announcedBytes != byteCount { throw Self.cutShort }
        }

        private static let cutShort = Refusal(
            .uploadIncomplete, "The connection ended before the body did; send it again.")
    }
}
