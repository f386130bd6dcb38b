import BulkModel
import Planning

/// SQL over the caller's records of a table, which is `t`.
struct SelectionSQL {
    let scope: RecordScope
    let table: PostgresTable
    let types: ComparisonTypes
    private(set) var parameters = SQLParameters()

    init(_ scope: RecordScope, _ table: PostgresTable, _ types: ComparisonTypes) {
        self.scope = scope
        self.table = table
        self.types = types
    }

    /// Few of the table's rows by an index now are many behind an unknown value: plans are made for the values.
    static let plans = "SET LOCAL plan_cache_mode TO force_custom_plan"

    /// The key's column.
    var key: String { "t.\(SQLText.quoted(scope.key.name))" }

    /// SQL of a parameter that lists keys.
    func keys(_ list: String) -> String { types.operands(list, for: scope.key) ?? "\(list)::text[]" }

    mutating func bind(_ value: Parameter) -> String { parameters.add(value) }

    /// As the column's values are compared with it.
    mutating func bind(_ value: Parameter, for column: ColumnDescription) -> String {
        types.operand(parameters.add(value), for: column)
    }

    /// The caller's records that are there, as far as marks of the table tell; with `isPlain` also in words that an index
    /// over the tenant's column serves.
    mutating func own(isPlain: Bool = false) -> [String] {
        var conditions: [String] = []
        if let tenant = scope.tenant {
            let value = SQLText.literal(Parameter.storableText(tenant.value.text))
            let column = "t.\(SQLText.quoted(tenant.column))"
            conditions.append("\(column)::text COLLATE \"C\" = \(value)")
            if isPlain, case .text = table.description.column(tenant.column)?.type,
                table.description.column(tenant.column)?.allowedValues == nil
            {
                conditions.append("\(column) = \(value)")
            }
        }
        // Whether it is marked does not depend on the time: a softly deleted record stays so.
        if let mark = scope.standing.softDelete { conditions.append("(\(test(mark, now: nil))) IS NOT TRUE") }
        return conditions
    }

    /// Records that the filter finds, behind a key and up to another.
    mutating func matching(
        _ condition: Condition, after: RecordKey?, through last: RecordKey?, isPlain: Bool = false
    ) -> String {
        var conditions = own(isPlain: isPlain)
        conditions.append(test(condition))
        if let after { conditions.append("\(key) > \(bind(.text(after.text), for: scope.key))") }
        if let last {
            conditions.append("\(key) <= \(bind(.text(last.text), for: scope.key))")
        } else if scope.key.isNullable {
            conditions.append("\(key) IS NOT NULL")
        }
        return conditions.joined(separator: " AND ")
    }

    /// The caller's filter.
    mutating func test(_ condition: Condition) -> String {
        "(\(ConditionSQL(types: types).text(condition, &parameters)))"
    }

    /// What the rules look at, as `record` reads it behind the key: the status, whether a record is archived and locked,
    /// and documents.
    mutating func standing(now: Timestamp) -> String {
        let standing = scope.standing
        let status = standing.status.map { "t.\(SQLText.quoted($0.name))::text" } ?? "NULL"
        let archived = standing.archive.map { test($0, now: nil) } ?? "false"
        let locked = standing.lock.map { test($0, now: now) } ?? "false"
        let documents = standing.documents.map { "t.\(SQLText.quoted($0.name))::text" }
        return ([status, archived, locked] + documents).joined(separator: ", ")
    }

    /// The record whose key, and behind it what `standing` gives, begin at the column.
    func record(_ rows: Rows, _ row: Int, from column: Int = 0) -> SelectedRecord {
        let standing = scope.standing
        var record = SelectedRecord(
            key: scope.key.recordKey(rows, row, column),
            status: standing.status == nil ? nil : rows.text(row, column + 1),
            isArchived: rows.flag(row, column + 2), isLocked: rows.flag(row, column + 3))
        record.documents = standing.documents.indices.map { rows.text(row, column + 4 + $0) }
        return record
    }

    /// `now`: a time marks only while it is later.
    private mutating func test(_ mark: Mark, now: Timestamp?) -> String {
        let column = "t.\(SQLText.quoted(mark.column.name))"
        switch mark.meaning {
        case .time:
            guard let now else { return "\(column) IS NOT NULL" }
            return "\(column) > \(bind(.text(now.rfc3339), for: mark.column))"
        case .flag:
            if case .boolean = mark.column.type { return "\(column) IS TRUE" }
            return "\(column)::text IN ('1', 't', 'true')"
        case .value(let value):
            return "\(types.value(of: mark.column)) = \(bind(.storable(value), for: mark.column))"
        }
    }
}
