import BulkModel
import Formats
import Planning

/// What is kept of a batch beside its effects: the job that it became, and the answer.
struct BatchBooks: Sendable {
    /// The job as it began; nil when the batch is to be none.
    let begun: Job?
    let reply: (@Sendable (BatchOutcome) -> StoredReply?)?

    /// Ids of batches that are jobs begin so.
    static let prefix = "batch-job-"

    init(
        _ plan: BatchPlan, by caller: Caller, core: EngineCore,
        reply: (@Sendable (BatchOutcome) -> StoredReply?)?
    ) {
        self.reply = reply
        let request = plan.request
        guard var options = request.job else {
            begun = nil
            return
        }
        options.noun = .batch
        var spec = JobSpec(
            tenant: caller.tenant, dialect: request.dialect, operation: Self.operation(request),
            table: plan.firstTable, format: .json)
        spec.source = .batch
        spec.options = options
        let id = JobNaming.make(prefix: Self.prefix, random: core.timing.random)
        var job = Job(id: id, spec: spec, createdAt: plan.now)
        job.counts.read = request.operations.count
        begun = job
    }

    /// True when there is nothing to keep.
    var isEmpty: Bool { begun == nil && reply == nil }

    /// Keeps job and answer in the transaction of the session; the outcome gets its job.
    func keep(
        _ outcome: inout BatchOutcome, keys: [RecordKey?], at now: Timestamp, in session: any RecordSession
    ) throws(StoreError) {
        if let begun {
            let receipt = Self.receipt(outcome, keys: keys, at: now)
            let job = try Self.ended(begun, outcome, receipt, at: now)
            try session.insert(job, receipt: receipt)
            outcome.job = job
        }
        if let kept = reply?(outcome) { try session.save(kept) }
    }

    /// What the job may be seen and read by: the scope of its writes.
    private static func operation(_ request: BatchRequest) -> BulkModel.Operation {
        let kinds = Set(request.operations.map(\.kind))
        if kinds == [.create] { return .insert }
        return kinds == [.delete] ? .delete : .update
    }

    private static func ended(
        _ begun: Job, _ outcome: BatchOutcome, _ receipt: ChunkReceipt, at now: Timestamp
    ) throws(StoreError) -> Job {
        var machine = JobMachine(begun)
        for event in [JobEvent.close, .start] {
            if let refusal = machine.event(event, at: begun.createdAt) {
                throw StoreError(.failed, refusal.message)
            }
        }
        guard outcome.isUndone else {
            if let refusal = machine.advance(by: receipt, at: now) {
                throw StoreError(.failed, refusal.message)
            }
            return machine.job
        }
        var job = machine.job
        job.counts.add(.error, count: receipt.recordCount)
        for fault in receipt.faults { job.errorCounts[fault.fault.code, default: 0] += 1 }
        job.nextRecord = receipt.recordCount + 1
        machine = JobMachine(job)
        if let refusal = machine.event(.fail(outcome.reason), at: now) {
            throw StoreError(.failed, refusal.message)
        }
        return machine.job
    }

    private static func receipt(
        _ outcome: BatchOutcome, keys: [RecordKey?], at now: Timestamp
    ) -> ChunkReceipt {
        var actions = ActionRuns()
        var faults: [RecordFault] = []
        for (index, result) in outcome.results.enumerated() {
            switch result {
            case .done(let action, _): actions.append(action)
            case .read, .listed: actions.append(.unchanged)
            case .failed, .notAttempted, .rolledBack, .timedOut:
                actions.append(.error)
                guard let refusal = result.refusal else { continue }
                faults.append(RecordFault(index: index, fault: refusal.fault(ofRecord: index + 1)))
            }
        }
        return ChunkReceipt(
            firstRecord: 1, actions: actions, keys: .texts(keys.map { $0?.text ?? "" }), faults: faults,
            appliedAt: now)
    }
}

extension BatchOutcome {
    /// Why all of it was undone.
    fileprivate var reason: Job.Reason {
        for result in results {
            if case .failed(let refusal) = result {
                return Job.Reason(code: refusal.code, message: refusal.message)
            }
        }
        return Job.Reason(
            code: .timeout, message: "The batch's time was over before all its operations were done.")
    }
}

extension Refusal {
    /// The refusal as the fault of a record of a job (number from 1).
    fileprivate func fault(ofRecord number: Int) -> Fault {
        Fault(
            code, issue: issue, at: Position(record: number, line: 0, byte: 0),
            column: details.count == 1 ? details[0].field : nil, message: message)
    }
}
