import BulkModel
import Formats
import Planning

/// Does one group of a batch: looks, judges, writes, and reads what came of it.
struct BatchGroupRun {
    /// What became of one member.
    enum Outcome {
        case failed(Refusal)
        case done(RecordAction, RecordKey?)
    }

    let group: BatchGroup
    let plan: BatchPlan
    let session: any RecordSession
    private let check: BatchGroupCheck
    /// By member; nil for those behind a failed one that ends the work.
    private(set) var outcomes: [Outcome?]
    /// The records afterwards, and by member the row that is its.
    private(set) var rows: RowSet?
    private(set) var rowOfMember: [Int: Int] = [:]

    init(
        _ group: BatchGroup, _ plan: BatchPlan, _ session: any RecordSession,
        makeID: @escaping () -> String
    ) {
        self.group = group
        self.plan = plan
        self.session = session
        check = BatchGroupCheck(group: group, makeID: makeID)
        outcomes = [Outcome?](repeating: nil, count: group.members.count)
    }

    private var table: BatchTable { group.table }

    mutating func run() throws(StoreError) {
        guard group.kind != .read else { return try read() }
        let writes = checked(try standings())
        var start = 0
        while start < writes.count {
            let rest = writes[start...]
            let end = rest.firstIndex { !$0.goesWith(writes[start]) } ?? writes.count
            guard try write(writes[start..<end]) else {
                forgetBehindFailure()
                break
            }
            start = end
        }
        if group.kind != .delete { try fetch() }
    }

    /// How each member's record stands, by member; none for new ones and for ids that no record can have.
    private func standings() throws(StoreError) -> [Int: SelectedRecord] {
        guard group.kind != .create else { return [:] }
        let known = group.members.indices.filter { group.members[$0].key != nil }
        guard !known.isEmpty else { return [:] }
        let records = try session.look(
            known.compactMap { group.members[$0].key }, of: table.target, at: plan.now)
        guard records.count == known.count else {
            throw StoreError(.failed, "\(records.count) records looked at instead of \(known.count)")
        }
        return Dictionary(uniqueKeysWithValues: zip(known, records))
    }

    /// What is to be written; the others have failed. Ends before the first failure where that ends the work.
    private mutating func checked(_ records: [Int: SelectedRecord]) -> [BatchWrite] {
        var writes: [BatchWrite] = []
        for index in group.members.indices {
            switch check.write(of: index, records[index]) {
            case .success(let write): writes.append(write)
            case .failure(let refusal):
                outcomes[index] = .failed(refusal)
                if plan.stops { return writes }
            }
        }
        return writes
    }

    /// False when a failure ends the work; nothing behind it stands then, but where all is to be undone anyway.
    private mutating func write(_ all: ArraySlice<BatchWrite>) throws(StoreError) -> Bool {
        var writes = all
        let mayUndo = plan.stops && !plan.request.isAtomic && writes.count > 1
        let mark = mayUndo ? try session.mark() : nil
        while let (batch, steps) = BatchWrite.batch(writes, table, now: plan.now) {
            let written = try session.write(batch, by: steps)
            guard written.actions.count == writes.count, written.keys.count == writes.count else {
                throw StoreError(.failed, "\(written.actions.count) outcomes for \(writes.count) records")
            }
            guard plan.stops, let bad = written.actions.firstIndex(of: .error) else {
                take(written, of: writes)
                return writes.count == all.count
            }
            take(written, of: writes, only: bad)
            guard bad < writes.count - 1, let mark else {
                take(written, of: writes.prefix(bad))
                return false
            }
            try session.undo(to: mark)
            writes = writes.prefix(bad)
        }
        return false
    }

    /// Faults that were found behind the first failure were not the members' turn yet.
    private mutating func forgetBehindFailure() {
        let first = outcomes.firstIndex { outcome in
            if case .failed = outcome { true } else { false }
        }
        guard let first else { return }
        for index in outcomes.indices where index > first { outcomes[index] = nil }
    }

    private mutating func take(_ written: WrittenRecords, of writes: ArraySlice<BatchWrite>) {
        for index in 0..<writes.count { take(written, of: writes, only: index) }
    }

    private mutating func take(
        _ written: WrittenRecords, of writes: ArraySlice<BatchWrite>, only index: Int
    ) {
        let write = writes[writes.startIndex + index]
        guard written.actions[index] == .error else {
            // A record that is marked is deleted, as callers see it.
            let action = group.kind == .delete ? .deleted : written.actions[index]
            outcomes[write.member] = .done(action, write.key ?? written.keys[index])
            return
        }
        let fault = written.faults.first { $0.index == index }?.fault
        let refusal =
            fault.map { Refusal($0) }
            ?? Refusal(.processingError, "The database refused the record and did not say why.")
        outcomes[write.member] = .failed(refusal)
    }

    private mutating func read() throws(StoreError) {
        for index in group.members.indices {
            let member = group.members[index]
            outcomes[index] =
                member.key.map { .done(.unchanged, $0) } ?? .failed(table.judge.notFound(member.id))
        }
        try fetch()
        for index in group.members.indices where rowOfMember[index] == nil {
            outcomes[index] = .failed(table.judge.notFound(group.members[index].id))
        }
        if plan.stops { forgetBehindFailure() }
    }

    /// Reads the records of the members that are done.
    private mutating func fetch() throws(StoreError) {
        var members: [Int] = []
        var keys: [RecordKey] = []
        for index in outcomes.indices {
            guard case .done(_, let key?) = outcomes[index] else { continue }
            members.append(index)
            keys.append(key)
        }
        guard !keys.isEmpty else { return }
        let rows = try session.rows(keys, of: table.target)
        for (row, place) in rows.indices.enumerated() where members.indices.contains(place) {
            rowOfMember[members[place]] = row
        }
        self.rows = rows
    }
}
