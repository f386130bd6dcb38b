import BulkModel
import Engine
import Formats
import Synchronization

/// Counts what becomes of the records of one update, and keeps the first errors.
final class UpdateTally: Sendable {
    private struct State {
        var errors: [JSONValue] = []
        var summary: StreamSummary?
    }

    /// Errors that are told one by one.
    private static let errorsMax = 100

    private let state = Mutex(State())

    func take(_ event: StreamEvent) {
        state.withLock { state in
            switch event {
            case .outcomes(let outcomes):
                let room = Self.errorsMax - state.errors.count
                state.errors += outcomes.receipt.faults.prefix(room).map { Self.error($0, outcomes.receipt) }
            case .progress: break
            case .summary(let summary): state.summary = summary
            }
        }
    }

    /// The answer: 200, or 207 when some records failed.
    func answer(isDryRun: Bool) throws(Refusal) -> Answer {
        let (errors, summary) = state.withLock { ($0.errors, $0.summary) }
        guard let summary else {
            throw Refusal(.internalError, "The update ended without saying how.")
        }
        let counts = summary.job.counts
        var details: [JSONValue.Member] = [
            .init("successful", .integer(Int64(counts.updated))),
            .init("failed", .integer(Int64(counts.failed))),
            .init("skipped", .integer(Int64(counts.unchanged))),
        ]
        if !errors.isEmpty { details.append(.init("errors", .array(errors))) }
        var members: [JSONValue.Member] = [
            .init("updated_count", .integer(Int64(counts.updated))),
            .init("duration_ms", .integer(Int64(summary.duration / .milliseconds(1)))),
            .init("details", .object(details)),
        ]
        if isDryRun { members.append(.init("dry_run", true)) }
        members.append(.init("job_id", .string(summary.job.id.text)))
        return .json(.object(members), status: counts.failed > 0 ? 207 : 200)
    }

    private static func error(_ fault: RecordFault, _ receipt: ChunkReceipt) -> JSONValue {
        var members: [JSONValue.Member] = []
        switch receipt.keys {
        case .integers(let keys) where keys.indices.contains(fault.index):
            members.append(.init("id", .integer(keys[fault.index])))
        case .texts(let keys) where keys.indices.contains(fault.index):
            members.append(.init("id", .string(keys[fault.index])))
        default: break
        }
        members.append(.init("code", .string(fault.fault.code.rawValue)))
        members.append(.init("message", .string(fault.fault.message)))
        if let column = fault.fault.column { members.append(.init("field", .string(column))) }
        members.append(.init("retryable", .bool(fault.fault.code.isRetryable)))
        return .object(members)
    }
}
