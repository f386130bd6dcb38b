import Engine
import Synchronization

/// Hands events from the operation to its reader, one at a time: who gives one waits until it was taken.
final class EventHandover: Sendable {
    private let events: AsyncStream<StreamEvent>
    private let given: AsyncStream<StreamEvent>.Continuation
    private let signals: AsyncStream<Void>
    private let taken: AsyncStream<Void>.Continuation
    /// Why one side gave up.
    private let fault = Mutex((any Error)?.none)

    init() {
        (events, given) = AsyncStream.makeStream()
        (signals, taken) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns once the event was taken; throws what the taking side failed with.
    func give(_ event: StreamEvent) async throws {
        try check()
        given.yield(event)
        var signals = signals.makeAsyncIterator()
        guard await signals.next() != nil else { throw CancellationError() }
        try check()
    }

    /// Says that there will be no more, for this reason if there is one.
    func finish(_ error: (any Error)? = nil) {
        fault.withLock { if $0 == nil { $0 = error } }
        given.finish()
    }

    /// Takes each event in turn; throws what the giving side finished with, or what `take` threw: then every `give` does too.
    func takeAll(_ take: (StreamEvent) async throws -> Void) async throws {
        do {
            for await event in events {
                try await take(event)
                taken.yield()
            }
            // A cancelled loop looks like one that came to its end.
            try Task.checkCancellation()
        } catch {
            fault.withLock { $0 = error }
            taken.yield()
            throw error
        }
        try check()
    }

    private func check() throws {
        if let error = fault.withLock({ $0 }) { throw error }
    }
}
