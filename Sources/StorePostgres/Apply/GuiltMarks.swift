import BulkModel
import Engine
import Planning

/// Finds, by a few statements over the staging table, the records that the table's constraints will refuse.
///
/// What it finds is a help and no judgement: what it misses (triggers, exclusion constraints, rules it cannot read) the
/// insert itself refuses, and halving finds it.
struct GuiltMarks {
    let target: ChunkTarget
    let columns: InsertColumns
    let made: MadeKeys?
    /// The records in the staging table.
    let records: [Int]
    private(set) var faults: [Int: Fault] = [:]

    init(_ target: ChunkTarget, _ columns: InsertColumns, made: MadeKeys?, records: [Int]) {
        self.target = target
        self.columns = columns
        self.made = made
        self.records = records
    }

    private var words: ConstraintFault { ConstraintFault(target: target) }

    /// Looks at each record by itself, then at those that are left beside each other.
    mutating func find() throws {
        try findMissing()
        try findUnchecked()
        for index in target.table.uniqueIndexes { try findTaken(index) }
        for key in target.table.foreignKeys { try findOrphans(key) }
        try findTwins()
    }

    private mutating func findMissing() throws {
        let names = target.table.description.columns
            .filter { !$0.isNullable && !$0.isGenerated && !$0.isAutomatic }.map(\.name)
        guard !names.isEmpty else { return }
        let tests = names.enumerated().map { "WHEN \(SQLText.quoted($1)) IS NULL THEN \($0)" }
        try find("CASE \(tests.joined(separator: " ")) END") { words, place, record in
            words.missing([names[place]], record)
        }
    }

    private mutating func findUnchecked() throws {
        let checks = target.table.checks
        guard !checks.isEmpty else { return }
        let tests = checks.enumerated().map { "WHEN (\($1.expression)) IS FALSE THEN \($0)" }
        try find("CASE \(tests.joined(separator: " ")) END") { words, place, record in
            words.check(checks[place].name, record)
        }
    }

    private mutating func findTaken(_ index: PostgresTable.UniqueIndex) throws {
        let equal = index.isNullDistinct ? "=" : "IS NOT DISTINCT FROM"
        let parts = index.expressions.enumerated().map { "(\($1)) \(equal) k.\(Self.part($0))" }
        let conditions = parts + (index.predicate.map { ["(\($0))"] } ?? [])
        try mark(
            """
            SELECT record FROM \(keys(of: index)) WHERE EXISTS (
                SELECT FROM \(target.table.sqlName) WHERE \(conditions.joined(separator: " AND ")))
            """
        ) { words, _, record in words.duplicate(index.columns, record) }
    }

    private mutating func findOrphans(_ key: PostgresTable.ForeignKeyConstraint) throws {
        let names = key.columns.map { SQLText.quoted($0) }
        let given = names.map { "i.\($0) IS NOT NULL" }.joined(separator: " AND ")
        let same = zip(key.parentColumns, names).map { "p.\(SQLText.quoted($0)) = i.\($1)" }
        try mark(
            """
            SELECT "_breakbulk_record" FROM \(image) AS i WHERE \(given) AND NOT EXISTS (
                SELECT FROM \(key.parentTable) AS p WHERE \(same.joined(separator: " AND ")))
            """
        ) { words, _, record in words.foreignKey(named: key.name, record) }
    }

    /// Of records with the same unique key the first one goes in: looked at in file order, over all indexes, since one that
    /// does not go in takes no key.
    private mutating func findTwins() throws {
        let indexes = target.table.uniqueIndexes
        var groups: [Int: [(index: Int, group: Int)]] = [:]
        for (number, index) in indexes.enumerated() {
            for (record, group) in try twins(index) where faults[record] == nil {
                groups[record, default: []].append((number, group))
            }
        }
        var taken = indexes.map { _ in Set<Int>() }
        for (record, own) in groups.sorted(by: { $0.key < $1.key }) {
            if let twin = own.first(where: { taken[$0.index].contains($0.group) }) {
                faults[record] = words.duplicate(indexes[twin.index].columns, record)
            } else {
                for place in own { taken[place.index].insert(place.group) }
            }
        }
    }

    private func twins(_ index: PostgresTable.UniqueIndex) throws -> [(record: Int, group: Int)] {
        let parts = index.expressions.indices.map { Self.part($0) }
        let list = parts.joined(separator: ", ")
        let given =
            index.isNullDistinct
            ? "WHERE " + parts.map { "\($0) IS NOT NULL" }.joined(separator: " AND ") : ""
        let sql = """
            SELECT record, place FROM (
                SELECT record, dense_rank() OVER (ORDER BY \(list)) AS place,
                    count(*) OVER (PARTITION BY \(list)) AS twins
                FROM \(keys(of: index)) \(given)) AS ranked
            WHERE twins > 1 ORDER BY record
            """
        let made = made?.parameters(records) ?? []
        guard case .success(let rows) = try target.session.attempt({ try target.session.execute(sql, made) })
        else { return [] }
        return (0..<rows.count).map { (rows.integer($0, 0) ?? 0, rows.integer($0, 1) ?? 0) }
    }

    /// The index's parts of each record, `k0` …, that the index covers.
    private func keys(of index: PostgresTable.UniqueIndex) -> String {
        let parts = index.expressions.enumerated().map { "(\($1)) AS \(Self.part($0))" }
        let filter = index.predicate.map { " WHERE (\($0))" } ?? ""
        return "(SELECT \"_breakbulk_record\" AS record, \(parts.joined(separator: ", ")) "
            + "FROM \(image) AS image\(filter)) AS k"
    }

    private static func part(_ place: Int) -> String { "\"_breakbulk_key_\(place)\"" }

    /// The records as the table would have them.
    private var image: String {
        let values = columns.image.map { "\($0.value) AS \($0.name)" }.joined(separator: ", ")
        return
            "(SELECT s.\(StagingTable.record), \(values) FROM \(StagingTable.name) AS s\(columns.madeJoin(first: 1)))"
    }

    /// Records for which the expression over the image is not NULL; its value says why.
    private mutating func find(
        _ expression: String, _ fault: (ConstraintFault, Int, Int) -> Fault
    ) throws {
        try mark(
            "SELECT \"_breakbulk_record\", place FROM (SELECT \"_breakbulk_record\", \(expression) AS place "
                + "FROM \(image) AS image) AS found WHERE place IS NOT NULL", fault)
    }

    private mutating func mark(_ sql: String, _ fault: (ConstraintFault, Int, Int) -> Fault) throws {
        let made = made?.parameters(records) ?? []
        guard case .success(let rows) = try target.session.attempt({ try target.session.execute(sql, made) })
        else { return }
        for row in 0..<rows.count {
            guard let record = rows.integer(row, 0), faults[record] == nil else { continue }
            let place = rows.columnNames.count > 1 ? rows.integer(row, 1) ?? 0 : 0
            faults[record] = fault(words, place, record)
        }
    }
}
