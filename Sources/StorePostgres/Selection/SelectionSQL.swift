import BulkModel
import Planning

/// SQL over the records of a selection, `t` being its table.
struct SelectionSQL {
    let plan: SelectionPlan
    let table: PostgresTable
    let types: ComparisonTypes
    private(set) var parameters = SQLParameters()

    init(_ plan: SelectionPlan, _ table: PostgresTable, _ types: ComparisonTypes) {
        self.plan = plan
        self.table = table
        self.types = types
    }

    /// The key's column.
    var key: String { "t.\(SQLText.quoted(plan.key.name))" }

    /// SQL of a parameter that lists keys.
    func keys(_ list: String) -> String { types.operands(list, for: plan.key) ?? "\(list)::text[]" }

    mutating func bind(_ value: Parameter) -> String { parameters.add(value) }

    /// As the column's values are compared with it.
    private mutating func bind(_ value: Parameter, for column: ColumnDescription) -> String {
        types.operand(parameters.add(value), for: column)
    }

    /// The caller's records that are there, as far as marks of the table tell; with `isPlain` also in words that an index
    /// over the tenant's column serves.
    mutating func own(isPlain: Bool = false) -> [String] {
        var conditions: [String] = []
        if let tenant = plan.write.tenant {
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
        if let mark = plan.standing.softDelete { conditions.append("(\(test(mark, now: nil))) IS NOT TRUE") }
        return conditions
    }

    /// Records that the filter finds, behind a key and up to another.
    mutating func matching(
        _ condition: Condition, after: RecordKey?, through last: RecordKey?, isPlain: Bool = false
    ) -> String {
        var conditions = own(isPlain: isPlain)
        conditions.append("(\(ConditionSQL(types: types).text(condition, &parameters)))")
        if let after { conditions.append("\(key) > \(bind(.text(after.text), for: plan.key))") }
        if let last {
            conditions.append("\(key) <= \(bind(.text(last.text), for: plan.key))")
        } else if plan.key.isNullable {
            conditions.append("\(key) IS NOT NULL")
        }
        return conditions.joined(separator: " AND ")
    }

    /// What the rules look at: the status, and whether a record is archived and locked.
    mutating func standing(now: Timestamp) -> String {
        let standing = plan.standing
        let status = standing.status.map { "t.\(SQLText.quoted($0.name))::text" } ?? "NULL"
        let archived = standing.archive.map { test($0, now: nil) } ?? "false"
        let locked = standing.lock.map { test($0, now: now) } ?? "false"
        return "\(status), \(archived), \(locked)"
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
