import BulkModel
import Engine

/// Answers with a stream: its lines leave as the operation commits them.
///
/// The operation is a task of its own beside the one that writes, because the way to the connection must not leave its task.
enum StreamAnswer {
    static func make(_ stream: OutcomeStream, cursors: StreamCursors, requestID: String) -> Answer {
        Answer(
            status: 200,
            headers: [
                Header("Content-Type", MediaType.name(of: .ndjson)),
                Header("X-Operation-Id", stream.job.id.text),
                Header("Cache-Control", "no-store"),
                Header("X-Content-Type-Options", "nosniff"),
                // For nginx and those that do as it does: lines are of use when they arrive, not when a buffer is full.
                Header("X-Accel-Buffering", "no"),
            ],
            body: .stream { sink in
                try await tell(stream, cursors: cursors, requestID: requestID, to: sink)
            })
    }

    /// Throws when the stream cannot be told to its end, so that the connection breaks: without a summary no answer looks whole.
    private static func tell(
        _ stream: OutcomeStream, cursors: StreamCursors, requestID: String, to sink: ByteSink
    ) async throws {
        var teller = StreamTeller(stream, cursors: cursors)
        do {
            try await teller.begin(to: sink)
        } catch {
            // Gone before the first line: an operation that is to run on without a reader learns of it by being run.
            return try await stream.run { _ in throw error }
        }
        let handover = EventHandover()
        // Not a throwing group, which would cancel the operation in the middle of a chunk when the reader has gone.
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await stream.run { event in try await handover.give(event) }
                    handover.finish()
                } catch {
                    handover.finish(error)
                }
            }
            return await takeAll(handover, &teller, to: sink)
        }
        guard case .failure(let fault) = outcome else { return }
        if !fault.isReaderGone {
            // The connection breaks in either case; the reader may be gone as well.
            try? await teller.fail(refusal(for: fault.cause, requestID: requestID), to: sink)
        }
        throw fault.cause
    }

    private struct Fault: Error {
        var cause: any Error
        var isReaderGone: Bool
    }

    private static func takeAll(
        _ handover: EventHandover, _ teller: inout StreamTeller, to sink: ByteSink
    ) async -> Result<Void, Fault> {
        var isReaderGone = false
        do {
            try await handover.takeAll { event in
                do {
                    try await teller.tell(event, to: sink)
                } catch let unfit as OutcomeLines.Unfit {
                    // The fault is ours, and the reader is there to be told.
                    throw unfit
                } catch {
                    isReaderGone = true
                    throw error
                }
            }
            return .success(())
        } catch {
            return .failure(Fault(cause: error, isReaderGone: isReaderGone))
        }
    }

    private static func refusal(for fault: any Error, requestID: String) -> Refusal {
        switch fault {
        case let refusal as Refusal where refusal.code != .internalError: refusal
        case is CancellationError:
            Refusal(.serviceUnavailable, "The server shuts down; go on from the cursor in a moment.")
        default:
            Refusal(.internalError, "The server failed; its log has the cause under request \(requestID).")
        }
    }
}
