package import BulkModel
import Formats

/// The only place where a job changes its state; a pure value, `docs/STATES.md` is its table.
///
/// Stores call it inside their transactions, so that state, counters and receipts change together.
package struct JobMachine: Sendable {
    package private(set) var job: Job

    package init(_ job: Job) { self.job = job }

    /// A change for `Store.change` that lets the event happen.
    package static func change(
        _ event: JobEvent, at now: Timestamp
    ) -> @Sendable (inout Job) -> Refusal? {
        { job in
            var machine = JobMachine(job)
            if let refusal = machine.event(event, at: now) { return refusal }
            job = machine.job
            return nil
        }
    }

    /// Where the event leads from the state; nil when it cannot happen there.
    package static func next(_ state: JobState, _ event: JobEvent.Name) -> JobState? {
        switch (state, event) {
        case (.open, .uploaded): .open
        case (.open, .close): .uploadComplete
        case (.uploadComplete, .start): .inProgress
        case (.inProgress, .complete): .jobComplete
        case (.inProgress, .fail): .failed
        case (.open, .abort), (.uploadComplete, .abort), (.inProgress, .abort): .aborted
        case (.open, .expire), (.uploadComplete, .expire), (.inProgress, .expire): .failed
        default: nil
        }
    }

    /// Why the job takes no upload; nil when it takes one.
    package static func refusalOfUpload(to job: Job) -> Refusal? {
        var machine = JobMachine(job)
        let upload = Upload(byteCount: 0, digest: "", header: [], delimiter: 0)
        return machine.event(.uploaded(upload, records: 0), at: job.createdAt)
    }

    /// Lets the event happen; the refusal (JOB_STATE_CONFLICT) says why not, and then nothing has changed.
    package mutating func event(_ event: JobEvent, at now: Timestamp) -> Refusal? {
        guard let next = Self.next(job.state, event.name) else { return conflict(event.name) }
        if let refusal = missing(for: event) { return refusal }
        let time = notBefore(now)
        switch event {
        case .uploaded(let upload, let records):
            job.upload = upload
            job.counts.read = records
        case .close: job.closedAt = time
        case .start: job.startedAt = time
        case .abort: job.reason = nil
        case .fail(let reason): job.reason = reason
        case .expire:
            job.reason = Job.Reason(
                code: .jobExpired, message: "The job did not end within its lifetime; create it again.")
        case .complete: job.reason = nil
        }
        job.state = next
        if next.isTerminal { job.endedAt = time }
        if event.name == .complete { discredit() }
        return nil
    }

    /// Takes over what became of the next records, and completes the job with its last one. The refusal
    /// means: not the records that the checkpoint names, or the job is not in progress; nothing has changed
    /// then.
    package mutating func advance(by receipt: ChunkReceipt, at now: Timestamp) -> Refusal? {
        guard job.state == .inProgress else { return conflict(.complete) }
        guard receipt.firstRecord == job.nextRecord, receipt.recordCount > 0 else {
            return Refusal(
                .jobStateConflict, issue: "wrong_checkpoint",
                "The job goes on at record \(job.nextRecord), not at \(receipt.firstRecord).")
        }
        return take(receipt, checkpoint: job.nextRecord + receipt.recordCount, at: now)
    }

    /// As `advance(by:at:)` where chunks commit in any order: `checkpoint` is the first record that is in no committed
    /// chunk. The job completes once every record has its outcome.
    package mutating func advance(
        by receipt: ChunkReceipt, to checkpoint: Int, at now: Timestamp
    ) -> Refusal? {
        guard job.state == .inProgress else { return conflict(.complete) }
        guard receipt.recordCount > 0, receipt.firstRecord >= job.nextRecord, checkpoint >= job.nextRecord
        else {
            return Refusal(
                .jobStateConflict, issue: "wrong_checkpoint",
                "The records before \(job.nextRecord) have their outcomes; \(receipt.firstRecord) is among them."
            )
        }
        return take(receipt, checkpoint: checkpoint, at: now)
    }

    /// As `advance(by:at:)` for records whose number is not known beforehand (selections and streams): `isLast` says that
    /// nothing follows. A receipt of no record at all is fine then, and ends the job.
    package mutating func advance(by receipt: ChunkReceipt, isLast: Bool, at now: Timestamp) -> Refusal? {
        guard job.state == .inProgress else { return conflict(.complete) }
        guard receipt.firstRecord == job.nextRecord else {
            return Refusal(
                .jobStateConflict, issue: "wrong_checkpoint",
                "The job goes on at record \(job.nextRecord), not at \(receipt.firstRecord).")
        }
        let next = job.nextRecord + receipt.recordCount
        // One more than is known of, until it is over: only the last chunk may complete the job.
        job.counts.read = isLast ? next - 1 : max(job.counts.read, next)
        return take(receipt, checkpoint: next, at: now)
    }

    private mutating func take(
        _ receipt: ChunkReceipt, checkpoint: Int, at now: Timestamp
    ) -> Refusal? {
        for run in receipt.actions.runs { job.counts.add(run.action, count: run.count) }
        for fault in receipt.faults { job.errorCounts[fault.fault.code, default: 0] += 1 }
        job.nextRecord = checkpoint
        job.reason = nil
        guard job.nextRecord > job.counts.read else { return nil }
        return event(.complete, at: now)
    }

    /// A change for `Store.change` that closes the job; without a record to process it goes through all
    /// states at once.
    package static func closing(at now: Timestamp) -> @Sendable (inout Job) -> Refusal? {
        { job in
            var machine = JobMachine(job)
            if let refusal = machine.event(.close, at: now) { return refusal }
            if job.spec.operation.isWrite, job.counts.read == 0 {
                for event in [JobEvent.start, .complete] {
                    if let refusal = machine.event(event, at: now) { return refusal }
                }
            }
            job = machine.job
            return nil
        }
    }

    /// A change for `Store.change` that closes a job and fails it at once, before any of its records is applied.
    static func failingUnrun(_ reason: Job.Reason, at now: Timestamp) -> @Sendable (inout Job) -> Refusal? {
        { job in
            var machine = JobMachine(job)
            for event in [JobEvent.close, .start, .fail(reason)] {
                if let refusal = machine.event(event, at: now) { return refusal }
            }
            job = machine.job
            return nil
        }
    }

    /// A change for `Store.change` that ends a stream with the records it has, unless it went on behind `record` meanwhile;
    /// no harm when it has ended just so before.
    package static func ending(behind record: Int, at now: Timestamp) -> @Sendable (inout Job) -> Refusal? {
        { job in
            if job.state == .jobComplete, job.nextRecord == record + 1 { return nil }
            if job.state == .aborted || job.state == .failed { return Refusal(endOf: job) }
            var machine = JobMachine(job)
            let receipt = ChunkReceipt(
                firstRecord: record + 1, actions: ActionRuns(), keys: .none, faults: [])
            if let refusal = machine.advance(by: receipt, isLast: true, at: now) { return refusal }
            job = machine.job
            return nil
        }
    }

    /// A change for `Store.change` that notes what a running job waits for, nil for nothing; its state stays.
    package static func waiting(for reason: Job.Reason?) -> @Sendable (inout Job) -> Refusal? {
        { job in
            guard job.state == .inProgress else { return JobMachine(job).conflict(.fail) }
            job.reason = reason
            return nil
        }
    }

    /// A change for `Store.change` that notes why a stream rests before `record`, unless it went on meanwhile.
    static func resting(
        before record: Int, for reason: Job.Reason
    ) -> @Sendable (inout Job) -> Refusal? {
        { job in
            guard job.state == .inProgress, job.nextRecord == record else {
                return JobMachine(job).conflict(.fail)
            }
            job.reason = reason
            return nil
        }
    }

    /// A change for `Store.change` that notes how many rows a running query has given; so it waits for nothing.
    package static func counting(rows: Int) -> @Sendable (inout Job) -> Refusal? {
        { job in
            guard job.state == .inProgress else { return JobMachine(job).conflict(.complete) }
            job.counts.read = rows
            job.counts.succeeded = rows
            job.reason = nil
            return nil
        }
    }

    /// What must be there before the event, beyond the state.
    private func missing(for event: JobEvent) -> Refusal? {
        let isWrite = job.spec.operation.isWrite
        switch event {
        case .uploaded where !isWrite:
            return Refusal(
                .jobStateConflict, issue: "no_upload_wanted",
                "A query job takes no upload; close it to run it.")
        case .uploaded where job.upload != nil:
            return Refusal(
                .jobStateConflict, issue: "upload_exists",
                "The job has its upload already; close it, or create another job for more records.")
        case .uploaded where job.spec.source != .upload:
            return Refusal(
                .jobStateConflict, issue: "no_upload_wanted",
                "The job's records do not come from an upload; it takes none.")
        case .close where isWrite && job.upload == nil && job.spec.source == .upload:
            return Refusal(
                .jobStateConflict, issue: "no_upload",
                "The job has no upload yet: PUT the records to its upload URL first, then close it.")
        default: return nil
        }
    }

    private func conflict(_ event: JobEvent.Name) -> Refusal {
        let possible = JobEvent.Name.allCases.filter { Self.next(job.state, $0) != nil }.compactMap(\.step)
        let rest = possible.isEmpty ? "it has ended" : "possible now: \(possible.joined(separator: ", "))"
        return Refusal(
            .jobStateConflict, issue: "state_\(event.rawValue)",
            "The job is \(job.state.title) and cannot \(event.words); \(rest).")
    }

    /// A job never ends before it began, even when the clock was set back.
    private func notBefore(_ now: Timestamp) -> Timestamp {
        [job.createdAt, job.closedAt, job.startedAt].compactMap { $0 }.reduce(now) { max($0, $1) }
    }

    /// Turns a completion whose counters do not add up into a failure: no clean end with a record lost.
    private mutating func discredit() {
        let counts = job.counts
        let actions = counts.created + counts.updated + counts.unchanged + counts.deleted
        guard job.spec.operation.isWrite, counts.unprocessed != 0 || actions != counts.succeeded else {
            return
        }
        job.state = .failed
        job.reason = Job.Reason(
            code: .internalError,
            message: "The counters do not add up: \(counts.succeeded) succeeded and \(counts.failed) failed "
                + "of \(counts.read).")
    }
}
