import BulkModel
import Planning

/// Walks a batch's operations in request order, within one transaction; no effect but through the session.
struct BatchMachine {
    private let plan: BatchPlan
    private let session: any RecordSession
    private let isOutOfTime: () -> Bool
    private let makeID: () -> String
    private var resolver: BatchResolver
    private var results: [BatchResult?]
    /// Place of the next operation.
    private var next = 0
    private var hasStopped = false
    private var hasTimedOut = false
    private var listBytesLeft: Int
    /// Keys of the records that were worked on, where they are known.
    private(set) var keys: [RecordKey?]

    init(
        _ plan: BatchPlan, _ session: any RecordSession, isOutOfTime: @escaping () -> Bool,
        makeID: @escaping () -> String
    ) {
        self.plan = plan
        self.session = session
        self.isOutOfTime = isOutOfTime
        self.makeID = makeID
        resolver = BatchResolver(plan)
        listBytesLeft = plan.limits.batchListBytesMax
        results = [BatchResult?](repeating: nil, count: plan.request.operations.count)
        keys = [RecordKey?](repeating: nil, count: plan.request.operations.count)
    }

    /// Nothing of an atomic batch stands unless all of it does.
    var isUndone: Bool { plan.request.isAtomic && (hasStopped || hasTimedOut) }

    /// What became of each operation, in request order.
    var finalResults: [BatchResult] {
        results.map { result in
            switch result {
            case nil: hasTimedOut ? .timedOut : .notAttempted
            case .done?, .read?, .listed?: isUndone ? .rolledBack : result ?? .notAttempted
            case .failed?, .notAttempted?, .rolledBack?, .timedOut?: result ?? .notAttempted
            }
        }
    }

    mutating func run() throws(StoreError) {
        while next < results.count, !hasStopped {
            guard !isOutOfTime() else {
                hasTimedOut = true
                return
            }
            guard let group = nextGroup() else { continue }
            guard group.kind != .list else {
                try list(group)
                continue
            }
            var run = BatchGroupRun(group, plan, session, makeID: makeID)
            try run.run()
            take(run)
        }
    }

    /// Gathers what can be done together; operations that cannot be done at all are settled on the way. Nil when there was
    /// nothing else.
    private mutating func nextGroup() -> BatchGroup? {
        var group: BatchGroup?
        while next < results.count {
            let operation = plan.request.operations[next]
            if let group, !group.admits(operation, needing: plan.links.needs[next]) { return group }
            switch prepared(operation) {
            case .success(let (table, member)):
                if group == nil { group = BatchGroup(table, operation) }
                guard group?.add(member) == true else { return group }
            case .failure(let refusal):
                // Where a failure ends the work, those before come first: one of them may fail too.
                if plan.stops, let group { return group }
                settle(next, refusal.code == .notAttempted ? .notAttempted : .failed(refusal))
            }
            next += 1
            guard !hasStopped else { return group }
        }
        return group
    }

    /// The operation as a member of a group, or why it cannot be done.
    private func prepared(
        _ operation: BatchOperation
    ) -> Result<(BatchTable, BatchGroup.Member), Refusal> {
        let unmet = plan.links.needs[next].contains { !succeeded($0) }
        guard !unmet else { return .failure(Refusal(.notAttempted, "")) }
        return plan.table(of: operation).flatMap { table in
            resolver.resolved(operation).map { resolved in
                let id = operation.kind == .create ? nil : resolved.record
                let member = BatchGroup.Member(
                    place: next, id: id ?? "", key: id.flatMap { table.keys.key(of: $0) },
                    body: resolved.body, list: resolved.list)
                return (table, member)
            }
        }
    }

    private mutating func list(_ group: BatchGroup) throws(StoreError) {
        let run = BatchListRun(table: group.table, session: session, limits: plan.limits)
        for member in group.members {
            settle(member.place, try run.result(of: member, bytesMax: listBytesLeft))
        }
    }

    private func succeeded(_ place: Int) -> Bool {
        switch results[place] {
        case .done, .read, .listed: true
        case .failed, .notAttempted, .rolledBack, .timedOut, nil: false
        }
    }

    private mutating func take(_ run: BatchGroupRun) {
        let renderer = run.rows.map { RowRenderer($0) }
        for (index, member) in run.group.members.enumerated() {
            switch run.outcomes[index] {
            case nil: break
            case .failed(let refusal): settle(member.place, .failed(refusal))
            case .done(let action, let key):
                keys[member.place] = key
                let row = run.rowOfMember[index]
                if let row, let renderer { keep(renderer, row, of: member.place) }
                let record = row.flatMap { renderer?.object($0) } ?? []
                settle(member.place, result(run.group.kind, action, record))
            }
        }
    }

    /// A record that is gone behind its own change (it was marked, or a trigger removed it) is deleted for the caller.
    private func result(
        _ kind: BatchOperation.Kind, _ action: RecordAction, _ record: [UInt8]
    ) -> BatchResult {
        if kind == .read { return .read(record: record) }
        return .done(record.isEmpty ? .deleted : action, record: record)
    }

    private mutating func keep(_ renderer: RowRenderer, _ row: Int, of place: Int) {
        for column in plan.links.wanted[place] {
            guard let value = renderer.value(row, named: column, limits: plan.limits) else { continue }
            resolver.keep(value, named: column, of: place)
        }
    }

    private mutating func settle(_ place: Int, _ result: BatchResult) {
        results[place] = result
        if case .listed(let page, _) = result { listBytesLeft -= page.byteCount }
        if plan.stops, case .failed = result { hasStopped = true }
    }
}
