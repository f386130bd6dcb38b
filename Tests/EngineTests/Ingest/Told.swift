import BulkModel
import Formats
import Planning
import Synchronization

@testable import Engine

/// What a stream told its reader, record by record.
struct Told: Sendable {
    let job: JobID
    /// Number of the first record told less one, and of the last one told.
    let behind: Int
    var last: Int
    var actions: [RecordAction] = []
    var keys: [String] = []
    var faults: [Int: ErrorCode] = [:]
    var progress: [StreamProgress] = []
    var summary: StreamSummary?
    var error: (any Error)?
    /// A record was left out or told twice.
    var isBroken = false

    var refusal: Refusal? { error as? Refusal }
    /// Numbers of the records told.
    var records: Range<Int> { behind + 1..<last + 1 }

    private init(_ stream: OutcomeStream) {
        job = stream.job.id
        behind = stream.behind
        last = stream.behind
    }

    /// Reads the stream to its end; the hook is called behind every event and can throw as a reader does.
    static func reading(
        _ stream: OutcomeStream, _ hook: @escaping @Sendable (Told) async throws -> Void = { _ in }
    ) async -> Told {
        let told = Mutex(Told(stream))
        do {
            try await stream.run { event in
                let now = told.withLock { told in
                    told.add(event)
                    return told
                }
                try await hook(now)
            }
        } catch {
            told.withLock { $0.error = error }
        }
        return told.withLock { $0 }
    }

    private mutating func add(_ event: StreamEvent) {
        switch event {
        case .outcomes(let outcomes): add(outcomes)
        case .progress(let progress): self.progress.append(progress)
        case .summary(let summary): self.summary = summary
        }
    }

    private mutating func add(_ outcomes: StreamOutcomes) {
        let receipt = outcomes.receipt
        let first = receipt.firstRecord + outcomes.skippedCount
        if first != last + 1 || outcomes.skippedCount >= receipt.recordCount || summary != nil {
            isBroken = true
        }
        let all = receipt.actions.runs.flatMap { Array(repeating: $0.action, count: $0.count) }
        actions += all.dropFirst(outcomes.skippedCount)
        keys += Self.texts(receipt.keys).dropFirst(outcomes.skippedCount)
        for fault in receipt.faults where fault.index >= outcomes.skippedCount {
            faults[receipt.firstRecord + fault.index] = fault.fault.code
        }
        last = receipt.records.upperBound - 1
    }

    private static func texts(_ keys: GeneratedKeys) -> [String] {
        switch keys {
        case .none: []
        case .integers(let numbers): numbers.map(String.init)
        case .texts(let texts): texts
        }
    }
}
