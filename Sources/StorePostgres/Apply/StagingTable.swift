import BulkModel
import Engine
import Planning

/// The records of a chunk in a temporary table, typed as the table itself, for statements over all of them at once; gone
/// with the transaction.
struct StagingTable {
    static let name = "pg_temp.breakbulk_staging"
    /// The record's index in the batch.
    static let record = "\"_breakbulk_record\""

    let target: ChunkTarget
    /// Which columns the records bring.
    let shape: BatchShape

    /// Makes the table.
    init(_ target: ChunkTarget, _ records: [Int]) throws(ServerFailure) {
        self.target = target
        shape = BatchShape(target.view, records)
        var parts = ["\(Self.record) integer NOT NULL"]
        for column in target.columns.indices {
            let name = target.columns[column].column.name
            parts.append("\(SQLText.quoted(name)) \(target.type(of: name))")
            if isPartial(column) { parts.append("\(Self.flag(column)) boolean NOT NULL") }
        }
        try target.session.run(
            "DROP TABLE IF EXISTS \(Self.name); "
                + "CREATE TEMP TABLE breakbulk_staging (\(parts.joined(separator: ", "))) ON COMMIT DROP")
    }

    /// True when some of the records bring the column and some do not.
    func isPartial(_ column: Int) -> Bool { shape.presences[column] == .some }

    /// True in rows whose record does not bring the column; only partial columns have it.
    static func flag(_ column: Int) -> String { "\"_breakbulk_absent_\(column)\"" }

    /// Copies the records in; gives those that are there. The others have a value that is none of its column's type.
    func fill(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws -> [Int] {
        var filled: [Int] = []
        var rest = records[...]
        while !rest.isEmpty {
            guard case .failure(let failure) = try copy(rest) else { return filled + rest }
            let guilty = try guiltyIndex(of: failure, in: rest)
            let before = rest[..<guilty]
            if !before.isEmpty { _ = try copy(before).get() }
            filled += before
            outcomes.note(ConstraintFault(target: target).fault(for: failure, rest[guilty]), rest[guilty])
            rest = rest[(guilty + 1)...]
        }
        return filled
    }

    /// Takes the records out again.
    func remove(_ records: [Int]) throws(ServerFailure) {
        guard !records.isEmpty else { return }
        try target.session.execute(
            "DELETE FROM \(Self.name) AS s USING unnest($1::bigint[]) AS gone (record) WHERE s.\(Self.record) = gone.record",
            [.integers(records)])
    }

    /// The server names the line; where it does not, halving finds the first record that it refuses.
    private func guiltyIndex(of failure: ServerFailure, in records: ArraySlice<Int>) throws -> Int {
        if let line = failure.copyLine, 1...records.count ~= line { return records.startIndex + line - 1 }
        var (good, bad) = (records.startIndex, records.endIndex)
        while bad - good > 1 {
            let middle = good + (bad - good) / 2
            let probe =
                try target.session.attempt {
                    _ = try self.copy(records[good..<middle]).get()
                    throw ServerFailure.drop
                } as Result<Void, ServerFailure>
            if case .failure(let failure) = probe, failure.isDrop { good = middle } else { bad = middle }
        }
        return good
    }

    private func copy(_ records: ArraySlice<Int>) throws -> Result<Int, ServerFailure> {
        let writer = RowWriter(target.view, target.columns)
        let columns = target.columns
        return try target.session.attempt {
            try target.session.copyIn("COPY \(Self.name) FROM STDIN") { copy in
                for record in records {
                    copy.append(integer: Int64(record))
                    let row = target.view.row(record)
                    for column in columns.indices {
                        copy.appendTab()
                        writer.write(row[column], of: column, to: &copy)
                        guard isPartial(column) else { continue }
                        copy.appendTab()
                        copy.append(flag: row[column].isAbsent)
                    }
                    copy.appendLineEnd()
                    try copy.endRow()
                }
            }
        }
    }
}
