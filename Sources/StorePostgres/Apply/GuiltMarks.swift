import BulkModel
import Engine
import Planning

/// Finds, by a few statements over the staging table, the records that the table's constraints will refuse.
///
/// What it finds is a help and no judgement: what it misses (triggers, exclusion constraints, rules it cannot
/// read) the insert itself refuses, and halving finds it.
struct GuiltMarks {
    let target: ChunkTarget
    let columns: InsertColumns
    let made: MadeKeys?
    /// The records in the staging table.
    let records: [Int]
    private(set) var faults: [Int: Fault] = [:]
    /// Records with the same unique key as one before them, which is to go in: theirs is the fault once it
    /// has.
    private(set) var twins: [Int: Fault] = [:]
    /// Faults that are out of the staging table already.
    private var removedCount = 0

    /// Of references within the chunk, records of so many generations below a missing parent are found.
    private static let generationsMax = 16

    init(_ target: ChunkTarget, _ columns: InsertColumns, made: MadeKeys?, records: [Int]) {
        self.target = target
        self.columns = columns
        self.made = made
        self.records = records
    }

    private var words: ConstraintFault { ConstraintFault(target: target) }

    /// Looks for those that break the rules. None of them may be `other`, nor a foreign key to the table itself.
    mutating func find(_ rules: Set<Breach>) throws {
        try findMissing { rules.contains(.missing(column: $0)) }
        try findUnchecked(target.table.checks.filter { rules.contains(.check(name: $0.name)) })
        let indexes = target.table.uniqueIndexes.filter { rules.contains(.taken(index: $0.name)) }
        for index in indexes { try findTaken(index) }
        for key in target.table.foreignKeys where rules.contains(.orphan(key: key.name)) {
            try findOrphans(key, isOwn: false)
        }
        try findTwins(indexes)
    }

    /// Looks at each record by itself, then at those that are left beside each other.
    mutating func find() throws {
        try findMissing { _ in true }
        try findUnchecked(target.table.checks)
        for index in target.table.uniqueIndexes { try findTaken(index) }
        let own = target.table.foreignKeys.filter { $0.parentTable == target.table.sqlName }
        for key in target.table.foreignKeys where !own.contains(key) { try findOrphans(key, isOwn: false) }
        try settle()
        guard !own.isEmpty else { return }
        for _ in 0..<Self.generationsMax {
            let known = faults.count
            for key in own { try findOrphans(key, isOwn: true) }
            if faults.count == known { return }
            try settle()
        }
    }

    /// Takes the guilty out, and looks for twins among the others.
    private mutating func settle() throws {
        if faults.count > removedCount { try columns.staging.remove(faults.keys.sorted()) }
        removedCount = faults.count
        twins = [:]
        try findTwins(target.table.uniqueIndexes)
    }

    private mutating func findMissing(_ isLookedAt: (String) -> Bool) throws {
        let names = target.table.description.columns
            .filter { !$0.isNullable && !$0.isGenerated && !$0.isAutomatic }.map(\.name).filter(isLookedAt)
        guard !names.isEmpty else { return }
        let tests = names.enumerated().map { "WHEN \(SQLText.quoted($1)) IS NULL THEN \($0)" }
        try find("CASE \(tests.joined(separator: " ")) END") { words, place, record in
            words.missing([names[place]], record)
        }
    }

    private mutating func findUnchecked(_ checks: [PostgresTable.CheckConstraint]) throws {
        guard !checks.isEmpty else { return }
        let tests = checks.enumerated().map { "WHEN (\($1.expression)) IS FALSE THEN \($0)" }
        try find("CASE \(tests.joined(separator: " ")) END") { words, place, record in
            words.check(checks[place].name, record)
        }
    }

    /// Parts that are NULL are not looked at: where NULLs are alike, the insert itself finds the few.
    private mutating func findTaken(_ index: PostgresTable.UniqueIndex) throws {
        let parts = index.expressions.enumerated().map { "(\($1)) = k.\(Self.part($0))" }
        let conditions = parts + (index.predicate.map { ["(\($0))"] } ?? [])
        try mark(
            """
            SELECT record FROM \(keys(of: index)) WHERE EXISTS (
                SELECT FROM \(target.table.sqlName) WHERE \(conditions.joined(separator: " AND ")))
            """
        ) { words, _, record in words.duplicate(index.columns, record) }
    }

    /// `isOwn`: the table refers to itself, and a parent may stand in the chunk.
    private mutating func findOrphans(_ key: PostgresTable.ForeignKeyConstraint, isOwn: Bool) throws {
        let names = key.columns.map { SQLText.quoted($0) }
        let given = names.map { "i.\($0) IS NOT NULL" }.joined(separator: " AND ")
        let same = zip(key.parentColumns, names).map { "p.\(SQLText.quoted($0)) = i.\($1)" }
            .joined(separator: " AND ")
        var sql = """
            SELECT "_breakbulk_record" FROM \(image) AS i WHERE \(given)
                AND NOT row_security_active(\(SQLText.literal(key.parentTable))::regclass)
                AND NOT EXISTS (SELECT FROM \(key.parentTable) AS p WHERE \(same))
            """
        var own: [Parameter] = []
        if isOwn {
            let place = made == nil ? 1 : 3
            sql +=
                " AND NOT EXISTS (SELECT FROM \(image) AS p WHERE \(same) "
                + "AND p.\(StagingTable.record) <> ALL ($\(place)::bigint[]))"
            own = [.integers(twins.keys.sorted())]
        }
        try mark(sql, own) { words, _, record in words.foreignKey(named: key.name, record) }
    }

    /// Of records with the same unique key the first one goes in: looked at in file order, over all indexes,
    /// since one that does not go in takes no key.
    private mutating func findTwins(_ indexes: [PostgresTable.UniqueIndex]) throws {
        var groups: [Int: [(index: Int, group: Int)]] = [:]
        for (number, index) in indexes.enumerated() {
            for (record, group) in try twins(index) where faults[record] == nil {
                groups[record, default: []].append((number, group))
            }
        }
        var taken = indexes.map { _ in Set<Int>() }
        for (record, own) in groups.sorted(by: { $0.key < $1.key }) {
            if let twin = own.first(where: { taken[$0.index].contains($0.group) }) {
                twins[record] = words.duplicate(indexes[twin.index].columns, record)
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
        // Ranking is for the few: sorting all keys costs several times as much as counting them does.
        let few =
            index.isNullDistinct
            ? " AND (\(list)) IN (SELECT \(list) FROM \(keys(of: index)) \(given) GROUP BY \(list) HAVING count(*) > 1)"
            : ""
        let sql = """
            SELECT record, place FROM (
                SELECT record, dense_rank() OVER (ORDER BY \(list)) AS place,
                    count(*) OVER (PARTITION BY \(list)) AS twins
                FROM \(keys(of: index)) \(given)\(few)) AS ranked
            WHERE twins > 1 ORDER BY record
            """
        guard let rows = try target.session.look(sql, made?.parameters(records) ?? []) else { return [] }
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
                + "FROM \(image) AS image) AS found WHERE place IS NOT NULL", [], fault)
    }

    private mutating func mark(
        _ sql: String, _ others: [Parameter] = [], _ fault: (ConstraintFault, Int, Int) -> Fault
    ) throws {
        let parameters = (made?.parameters(records) ?? []) + others
        guard let rows = try target.session.look(sql, parameters) else { return }
        let hasPlaces = rows.columnNames.count > 1
        for row in 0..<rows.count {
            guard let record = rows.integer(row, 0), faults[record] == nil else { continue }
            faults[record] = fault(words, hasPlaces ? rows.integer(row, 1) ?? 0 : 0, record)
        }
    }
}
