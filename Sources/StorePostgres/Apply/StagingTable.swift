import BulkModel
import Engine
import Planning

/// The records of a chunk in a temporary table, typed as the table itself, for statements over all of them at
/// once; gone with the transaction.
struct StagingTable {
    static let name = "pg_temp.breakbulk_staging"
    /// The record's index in the batch.
    static let record = "\"_breakbulk_record\""

    let target: ChunkTarget
    /// Which columns the records bring.
    let shape: BatchShape

    /// Batch columns that the table has: those that some record brings, and the key's.
    private let places: [Int]
    /// Those that some records bring and some do not; a record's bits say which it lacks.
    private let partial: [Int]

    /// Makes the table; with `only` it has those of the columns alone that some record brings.
    init(_ target: ChunkTarget, _ records: [Int], only: Set<Int>? = nil) throws(ServerFailure) {
        self.target = target
        let shape = BatchShape(target.view, records)
        self.shape = shape
        places = target.columns.indices.filter { place in
            let isBrought = shape.presences[place] != .none
            return only.map { isBrought && $0.contains(place) } ?? (isBrought || target.columns[place].isKey)
        }
        partial = places.filter { shape.presences[$0] == .some }
        let bases = partial.isEmpty ? [:] : try Self.domainBases(target)
        var parts = ["\(Self.record) integer NOT NULL"]
        for column in places {
            let name = target.columns[column].column.name
            // What a record lacks stands here as NULL, which a domain may refuse.
            let base = shape.presences[column] == .some ? bases[name] : nil
            parts.append("\(SQLText.quoted(name)) \(base ?? target.type(of: name))")
        }
        if !partial.isEmpty { parts.append("\(Self.absences) bit varying NOT NULL") }
        try target.session.run(
            "DROP TABLE IF EXISTS \(Self.name); "
                + "CREATE TEMP TABLE breakbulk_staging (\(parts.joined(separator: ", "))) ON COMMIT DROP")
    }

    private static let absences = "\"_breakbulk_absent\""

    /// Which of the partial columns each record lacks; nil when there are none.
    var absenceColumn: String? { partial.isEmpty ? nil : Self.absences }

    /// Columns whose type is a domain, and the type below.
    private static func domainBases(_ target: ChunkTarget) throws(ServerFailure) -> [String: String] {
        let rows = try target.session.execute(
            """
            WITH RECURSIVE walk (name, type, modifier) AS (
                SELECT attname, atttypid, atttypmod FROM pg_catalog.pg_attribute
                WHERE attrelid = $1::bigint::oid AND attnum > 0 AND NOT attisdropped
                UNION ALL
                SELECT w.name, t.typbasetype, t.typtypmod
                FROM walk AS w JOIN pg_catalog.pg_type AS t ON t.oid = w.type AND t.typtype = 'd')
            SELECT w.name, pg_catalog.format_type(w.type, w.modifier)
            FROM walk AS w JOIN pg_catalog.pg_type AS t ON t.oid = w.type AND t.typtype <> 'd'
            """, [.integer(target.table.oid)])
        return Dictionary(
            (0..<rows.count).map { (rows.text($0, 0) ?? "", rows.text($0, 1) ?? "text") },
            uniquingKeysWith: { first, _ in first })
    }

    /// True when the table has the batch column.
    func holds(_ column: Int) -> Bool { places.contains(column) }

    /// True when some of the records bring the column and some do not.
    func isPartial(_ column: Int) -> Bool { shape.presences[column] == .some }

    /// SQL that is true in rows whose record does not bring the column, a partial one.
    func isAbsent(_ column: Int) -> String {
        "get_bit(s.\(Self.absences), \(partial.firstIndex(of: column) ?? 0)) = 1"
    }

    /// Records of the next COPY after one that was refused, at least: what is sent behind a guilty record is
    /// lost.
    private static let blockMin = 16

    /// Copies the records in; gives those that are there. The others have a value that is none of its
    /// column's type.
    func fill(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws -> [Int] {
        var filled: [Int] = []
        var rest = records[...]
        var blockSize = rest.count
        while !rest.isEmpty {
            let block = rest.prefix(blockSize)
            guard case .failure(let failure) = try copy(block) else {
                filled += block
                rest = rest[block.endIndex...]
                blockSize *= 2
                continue
            }
            let guilty = try fillBefore(failure, block)
            filled += block[..<guilty]
            outcomes.note(ConstraintFault(target: target).fault(for: failure, rest[guilty]), rest[guilty])
            blockSize = max(Self.blockMin, 2 * (guilty - block.startIndex))
            rest = rest[(guilty + 1)...]
        }
        return filled
    }

    /// Copies in what stands before the guilty record, and gives its index. The server names the line; where
    /// it does not, halving finds the first record that it refuses.
    private func fillBefore(_ failure: ServerFailure, _ block: ArraySlice<Int>) throws -> Int {
        if let line = failure.copyLine, 1...block.count ~= line {
            let guilty = block.startIndex + line - 1
            if guilty == block.startIndex { return guilty }
            if case .success = try copy(block[..<guilty]) { return guilty }
        }
        let guilty = try firstRefused(block)
        if guilty > block.startIndex { _ = try copy(block[..<guilty]).get() }
        return guilty
    }

    /// For statements over few of the records. Without figures the planner takes a record's number for one of many rows.
    func index() throws(ServerFailure) {
        try target.session.run(
            "CREATE INDEX IF NOT EXISTS breakbulk_staging_record ON \(Self.name) (\(Self.record)); "
                + "ANALYZE \(Self.name) (\(Self.record))")
    }

    /// Takes the records out again.
    func remove(_ records: [Int]) throws(ServerFailure) {
        guard !records.isEmpty else { return }
        try target.session.execute(
            "DELETE FROM \(Self.name) AS s USING unnest($1::bigint[]) AS gone (record) WHERE s.\(Self.record) = gone.record",
            [.integers(records)])
    }

    private func firstRefused(_ records: ArraySlice<Int>) throws -> Int {
        var (good, bad) = (records.startIndex, records.endIndex)
        while bad - good > 1 {
            let middle = good + (bad - good) / 2
            let probe: Result<Void, ServerFailure> = try target.session.attempt {
                _ = try self.copy(records[good..<middle]).get()
                throw ServerFailure.drop
            }
            if case .failure(let failure) = probe, failure.isDrop { good = middle } else { bad = middle }
        }
        return good
    }

    private func copy(_ records: ArraySlice<Int>) throws -> Result<Int, ServerFailure> {
        let writer = RowWriter(target.view, target.columns)
        return try target.session.attempt {
            try target.session.copyIn("COPY \(Self.name) FROM STDIN") { copy in
                for record in records {
                    copy.append(integer: Int64(record))
                    let row = target.view.row(record)
                    for column in places {
                        copy.appendTab()
                        writer.write(row[column], of: column, to: &copy)
                    }
                    if !partial.isEmpty { copy.appendTab() }
                    for column in partial { copy.append(UInt8(ascii: row[column].isAbsent ? "1" : "0")) }
                    copy.appendLineEnd()
                    try copy.endRow()
                }
            }
        }
    }
}
