import BulkModel

/// The records of one key, in file order, as steps that are taken one after another.
struct KeyChain {
    /// A record whose outcome follows from its predecessor's; `differs` when it changes what that left.
    struct Folded {
        let record: Int
        let differs: Bool
    }

    /// A record that is written.
    struct Step {
        let record: Int
        /// Nil unless the record ends a run: its outcome is then as against the one before it.
        var differs: Bool?
        /// Written though it looks the same: a record in between was not.
        var isForced = false
        /// Records that follow it without being written.
        var folded: [Folded] = []
    }

    /// Runs that are left, each in file order; the next one last once the first step was asked for.
    private var runs: [[Folded]] = []
    private var isTurned = false
    /// Steps of the run that was begun, the next one last.
    private var steps: [Step] = []

    var isEmpty: Bool { steps.isEmpty && runs.isEmpty }

    /// Adds the key's next record, to the last one's run or as the first of a new one.
    mutating func add(_ entry: Folded, isLikeLast: Bool) {
        if isLikeLast, !runs.isEmpty { runs[runs.count - 1].append(entry) } else { runs.append([entry]) }
    }

    /// The step that comes next, nil at the end.
    mutating func next() -> Step? {
        if !isTurned { runs.reverse() }
        isTurned = true
        if steps.isEmpty, let run = runs.popLast() { begin(run) }
        return steps.popLast()
    }

    /// What is between the run's ends is folded.
    private mutating func begin(_ run: [Folded]) {
        guard run.count > 2, let first = run.first, let last = run.last else {
            steps = run.reversed().map { Step(record: $0.record) }
            return
        }
        let isForced = run.dropFirst().contains { $0.differs }
        steps = [
            Step(record: last.record, differs: last.differs, isForced: isForced),
            Step(record: first.record, folded: Array(run[1..<run.count - 1])),
        ]
    }

    /// Notes what follows from the step's outcome; when nothing does, its folded records become steps.
    mutating func settle(_ step: Step, _ outcomes: inout ChunkOutcomes, missing: (Int) -> Fault) {
        switch outcomes.action(of: step.record) {
        case .created, .updated, .unchanged:
            if let differs = step.differs { outcomes.note(differs ? .updated : .unchanged, step.record) }
            for entry in step.folded { outcomes.note(entry.differs ? .updated : .unchanged, entry.record) }
        case .deleted:
            for entry in step.folded { outcomes.note(missing(entry.record), entry.record) }
        case .error where outcomes.fault(of: step.record)?.code == .recordNotFound:
            for entry in step.folded { outcomes.note(missing(entry.record), entry.record) }
        default: unfold(step)
        }
    }

    private mutating func unfold(_ step: Step) {
        guard !step.folded.isEmpty, let last = steps.popLast() else { return }
        steps.append(Step(record: last.record))
        steps += step.folded.reversed().map { Step(record: $0.record) }
    }
}
