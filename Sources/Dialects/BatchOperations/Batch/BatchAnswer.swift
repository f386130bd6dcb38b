import BulkModel
import Engine
import Formats

/// Writes what became of a batch (spec 001, "Batch Response").
struct BatchAnswer {
    private var writer = JSONWriter()
    private var failedCount = 0

    /// The whole answer: 200 when all went well, 207 when some did not, 422 when nothing stands because one did not, 504
    /// when nothing stands because time ran out.
    static func make(_ outcome: BatchOutcome, of command: BatchCommand) -> Answer {
        var answer = BatchAnswer()
        answer.write(outcome, command)
        return Answer(
            status: status(of: outcome, failedCount: answer.failedCount),
            headers: [Header("Content-Type", "application/json")], body: .bytes(answer.writer.take()))
    }

    private static func status(of outcome: BatchOutcome, failedCount: Int) -> Int {
        if outcome.isUndone {
            let ranOut = outcome.results.contains { if case .timedOut = $0 { true } else { false } }
            return ranOut ? ErrorCode.timeout.status : 422
        }
        return failedCount == 0 ? 200 : 207
    }

    private mutating func write(_ outcome: BatchOutcome, _ command: BatchCommand) {
        writer.literal("{\"results\":[")
        var isFirst = true
        for (index, result) in outcome.results.enumerated() {
            let refusal = result.refusal
            if refusal != nil { failedCount += 1 }
            guard refusal != nil || !command.showsFailuresOnly else { continue }
            if !isFirst { writer.literal(",") }
            isFirst = false
            writer.literal("\n{\"id\":")
            writer.string(command.request.operations[index].id)
            if let refusal {
                write(refusal, command.originals[index])
            } else if case .listed(let page, let items) = result {
                let table = command.request.operations[index].table
                write(page, next: command.lists.next(of: page, table, items))
            } else {
                write(result)
            }
            writer.literal("}")
        }
        writer.literal("\n],\n\"meta\":")
        writer.value(meta(outcome))
        writer.literal("}\n")
    }

    private mutating func write(_ result: BatchResult) {
        let status = Self.status(of: result)
        writer.literal(",\"status\":")
        writer.number(Int64(status))
        guard let record = Self.record(of: result) else { return }
        writer.literal(",\"body\":{\"data\":")
        record.withUnsafeBytes { writer.raw($0) }
        writer.literal("}")
    }

    private mutating func write(_ page: RecordPage, next: String?) {
        writer.literal(",\"status\":200,\"body\":")
        RecordAnswer.write(page, next: next, to: &writer)
    }

    private mutating func write(_ refusal: Refusal, _ original: BatchIntake.Original) {
        writer.literal(",\"status\":")
        writer.number(Int64(refusal.code.status))
        writer.literal(",\"error\":")
        writer.value(RefusalEnvelope.value(refusal))
        writer.literal(",\"originalOperation\":{\"method\":")
        writer.string(original.method)
        writer.literal(",\"path\":")
        writer.string(original.path)
        if let body = original.body {
            writer.literal(",\"body\":")
            writer.value(body)
        }
        writer.literal("}")
    }

    private func meta(_ outcome: BatchOutcome) -> JSONValue {
        let count = outcome.results.count
        let (seconds, attoseconds) = outcome.duration.components
        var members: [JSONValue.Member] = [
            .init("total_operations", .integer(Int64(count))),
            .init("successful", .integer(Int64(count - failedCount))),
            .init("failed", .integer(Int64(failedCount))),
            .init("duration_ms", .integer(seconds * 1000 + attoseconds / 1_000_000_000_000_000)),
        ]
        if let job = outcome.job { members.append(.init("job_id", .string(job.id.text))) }
        return .object(members)
    }
}

extension BatchAnswer {
    /// The status of an operation that was done.
    static func status(of result: BatchResult) -> Int {
        switch result {
        case .done(.created, _): 201
        case .done(.deleted, _): 204
        default: result.refusal?.code.status ?? 200
        }
    }

    /// The record afterwards as JSON; nil when there is none.
    static func record(of result: BatchResult) -> [UInt8]? {
        switch result {
        case .done(.deleted, _): nil
        case .done(_, let record), .read(let record): record
        case .listed, .failed, .notAttempted, .rolledBack, .timedOut: nil
        }
    }
}
