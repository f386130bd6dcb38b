import BulkModel
import Engine
import Planning

/// Updates, upserts and deletes the records that the staging table holds, found by their keys.
///
/// In rounds, so that records of one key take effect in file order; a chunk nearly always is one round, and a
/// round one statement when nothing is refused.
struct KeyedWriter {
    let target: ChunkTarget
    let staging: StagingTable
    /// The records that are in the staging table.
    let staged: [Int]
    private let rounds: [[Int]]
    /// Rows are written even if they look the same.
    private var isForced = false

    /// Looks at the staging table alone.
    init(target: ChunkTarget, staging: StagingTable, staged: [Int]) throws(ServerFailure) {
        self.target = target
        self.staging = staging
        self.staged = staged
        rounds = try KeyRounds(target, staging, staged).rounds
    }

    private var session: Session { target.session }
    private var words: ConstraintFault { ConstraintFault(target: target) }

    /// So few records are halved without a look at them.
    private static let halvedAtOnce = 16

    /// Times that a record which another writer got ahead of is tried again.
    private static let racesMax = 3

    /// More rounds than this are folded where they can be.
    private static let roundsUnfolded = 8

    func run(_ outcomes: inout ChunkOutcomes) throws {
        if rounds.count > Self.roundsUnfolded,
            let chains = try KeyFolding(target: target, staging: staging).chains()
        {
            return try run(rounds[0], chains, &outcomes)
        }
        for round in rounds { try apply(round, &outcomes) }
    }

    private func apply(_ round: [Int], _ outcomes: inout ChunkOutcomes) throws {
        guard !round.isEmpty else { return }
        switch target.plan.operation {
        case .delete: try delete(round, &outcomes)
        case .upsert: try upsert(round, &outcomes)
        default: for record in try update(round, &outcomes) { outcomes.note(words.notFound(record), record) }
        }
    }

    /// `first` has the first record of every key; the chains have those keys that come again.
    private func run(_ first: [Int], _ chains: [KeyChain], _ outcomes: inout ChunkOutcomes) throws {
        var forced = self
        forced.isForced = true
        var chains = chains
        var steps = chains.indices.compactMap { place in chains[place].next().map { (place, $0) } }
        try apply(first, &outcomes)
        while !steps.isEmpty {
            for (place, step) in steps {
                chains[place].settle(step, &outcomes) { words.notFound($0) }
            }
            steps = steps.compactMap { place, _ in chains[place].next().map { (place, $0) } }
            try apply(steps.filter { !$0.1.isForced }.map(\.1.record).sorted(), &outcomes)
            try forced.apply(steps.filter(\.1.isForced).map(\.1.record).sorted(), &outcomes)
        }
    }

    /// Updates what is there; gives the records for which nothing is.
    private func update(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws -> [Int] {
        if let fixed = updateStatement(for: records).findFixed {
            for record in try self.records(fixed.sql, records) {
                outcomes.note(words.fixed(fixed.names, record), record)
            }
        }
        let records = records.filter { outcomes.isOpen($0) }
        let halving = Halving(session: session, prepare: staging.index) { records in
            let update = updateStatement(for: records).update
            let updated = Set(try update.map { try self.records($0, records) } ?? [])
            guard updated.count < records.count else { return records.map { ($0, .updated) } }
            let rest = records.filter { !updated.contains($0) }
            let rows = rows(for: rest)
            let statement = UpdateStatement(target: target, staging: staging, rows: rows)
            let found = try session.execute(statement.find, rows.parameters(rest))
            var done = updated.map { (record: $0, action: RecordAction.updated) }
            for row in 0..<found.count {
                // It still differs: a trigger has kept the row as it was.
                if found.flag(row, 1) { throw ServerFailure.drop }
                if let record = found.integer(row, 0) { done.append((record, .unchanged)) }
            }
            return done
        }
        try write(records, halving, &outcomes)
        return records.filter { outcomes.isOpen($0) }
    }

    /// Writes all at once; when that is refused, those that look good, then the others one by one.
    private func write(
        _ records: [Int], _ halving: Halving, _ outcomes: inout ChunkOutcomes
    ) throws {
        guard records.count > Self.halvedAtOnce, !target.table.needsFileOrder else {
            return try halving.run(records, &outcomes) { words.fault(for: $0, $1) }
        }
        if case .success(let done) = try halving.attempt(records) {
            for entry in done { outcomes.note(entry.action, entry.record) }
            return
        }
        try staging.index()
        let suspects = try UpdateSuspects(
            target: target, statement: UpdateStatement(target: target, staging: staging)
        ).find()
        try halving.run(records.filter { !suspects.contains($0) }, &outcomes) { words.fault(for: $0, $1) }
        for record in records where suspects.contains(record) {
            try halving.run([record], &outcomes) { words.fault(for: $0, $1) }
        }
    }

    private func upsert(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws {
        var open = records
        for _ in 0..<Self.racesMax {
            open = try update(open, &outcomes)
            if open.isEmpty { return }
            open = try create(open, &outcomes)
            if open.isEmpty { return }
        }
        // There is such a record, and it is not the caller's.
        for record in open { outcomes.note(words.taken(record), record) }
    }

    /// Inserts the records; gives those whose key is there by now.
    private func create(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws -> [Int] {
        var complete: [Int] = []
        for record in records {
            let missing = missingNames(record)
            if missing.isEmpty {
                complete.append(record)
            } else {
                outcomes.note(words.missing(missing, record), record)
            }
        }
        guard !complete.isEmpty else { return [] }
        let made = try MadeKeys(for: complete, target)
        let halving = Halving(session: session, prepare: staging.index) { records in
            let statement = CreateStatement(
                target: target, staging: staging, made: made, rows: rows(for: records))
            guard target.table.description.hasTriggers else {
                let rows = try session.execute(statement.insertAndFind, statement.parameters(records))
                return (0..<rows.count).compactMap { rows.integer($0, 0) }.map { ($0, .created) }
            }
            // A trigger may have changed a key, or dropped a record: only counts tell then.
            let count = try session.execute(statement.insert, statement.parameters(records)).affectedCount
            if count == records.count { return records.map { ($0, .created) } }
            guard records.count == 1, try !self.records(statement.findTaken, records).isEmpty else {
                throw ServerFailure.drop
            }
            return []
        }
        try halving.run(complete, &outcomes) { words.fault(for: $0, $1) }
        for record in complete where outcomes.action(of: record) == .created {
            made?.note(record, target, &outcomes)
        }
        return complete.filter { outcomes.isOpen($0) }
    }

    /// Columns that a new record must bring and this one does not.
    private func missingNames(_ record: Int) -> [String] {
        let row = target.view.row(record)
        return target.table.description.columns.filter { column in
            guard column.isRequired, column.name != target.plan.tenant?.column else { return false }
            return target.place(of: column.name).map { row[$0].isAbsent } ?? true
        }.map(\.name)
    }

    private func delete(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws {
        let halving = Halving(session: session, prepare: staging.index) { records in
            let deleted = try remove(records)
            // What is still there a trigger has kept.
            if deleted.count < records.count, target.table.description.hasTriggers,
                try !self.records(find(records), records).isEmpty
            {
                throw ServerFailure.drop
            }
            return deleted.map { ($0, .deleted) }
        }
        var free = records
        switch try halving.attempt(records) {
        case .success(let done): for entry in done { outcomes.note(entry.action, entry.record) }
        case .failure(let failure):
            let referred = Self.referenceStates.contains(failure.state) ? try self.referred(records) : []
            free.removeAll { referred.contains($0) }
            try halving.run(free, &outcomes) { words.fault(for: $0, $1) }
            try deleteReferred(records.filter { referred.contains($0) }, &outcomes)
            free = records
        }
        for record in free where outcomes.isOpen(record) { outcomes.note(words.notFound(record), record) }
    }

    /// A foreign key refuses.
    private static let referenceStates: Set<String> = ["23503", "23001"]

    /// Records that others refer to, as far as the role may see.
    private func referred(_ records: [Int]) throws -> Set<Int> {
        var referred: Set<Int> = []
        for key in target.table.referringKeys {
            let same = zip(key.columns, key.parentColumns).map {
                "c.\(SQLText.quoted($0)) = t.\(SQLText.quoted($1))"
            }
            let sql = """
                SELECT s.\(StagingTable.record) FROM \(rows(for: records).sql), \(target.table.sqlName) AS t
                WHERE \(target.ownRow) AND EXISTS (
                    SELECT FROM \(key.table) AS c WHERE \(same.joined(separator: " AND ")))
                """
            guard let rows = try session.look(sql, rows(for: records).parameters(records)) else { continue }
            referred.formUnion((0..<rows.count).compactMap { rows.integer($0, 0) })
        }
        return referred
    }

    /// One by one: a key may cascade, and then they go; or they refer to each other, and the last goes first.
    private func deleteReferred(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws {
        let alone = Halving(session: session, prepare: staging.index) { records in
            try remove(records).map { ($0, .deleted) }
        }
        if !records.isEmpty { try staging.index() }
        var left: [(record: Int, failure: ServerFailure)] = []
        for record in records.reversed() {
            switch try alone.attempt([record]) {
            case .success(let done): for entry in done { outcomes.note(entry.action, entry.record) }
            case .failure(let failure): left.append((record, failure))
            }
        }
        // What referred to them may have gone by now.
        for (record, _) in left.reversed() { try alone.run([record], &outcomes) { words.fault(for: $0, $1) } }
    }

    private func remove(_ records: [Int]) throws -> [Int] {
        let from = rows(for: records).sql
        let sql = """
            DELETE FROM \(target.table.sqlName) AS t USING \(from)
            WHERE \(target.ownRow) RETURNING s.\(StagingTable.record)
            """
        return try self.records(sql, records)
    }

    /// SQL of the records whose row is there.
    private func find(_ records: [Int]) -> String {
        let from = rows(for: records).sql
        return
            "SELECT s.\(StagingTable.record) FROM \(from), \(target.table.sqlName) AS t WHERE \(target.ownRow)"
    }

    private func rows(for records: [Int]) -> StagedRows { records.count == staged.count ? .all : .chosen }

    private func updateStatement(for records: [Int]) -> UpdateStatement {
        UpdateStatement(target: target, staging: staging, rows: rows(for: records), isForced: isForced)
    }

    private func records(_ sql: String, _ records: [Int]) throws -> [Int] {
        let rows = try session.execute(sql, rows(for: records).parameters(records))
        return (0..<rows.count).compactMap { rows.integer($0, 0) }
    }
}
