import BulkModel

/// A table's columns as records of one kind of change may name them.
struct RecordColumns: Sendable {
    let names: ColumnNames
    /// Every column of the table with its rules, in table order.
    let planned: [PlannedColumn]
    let rules: [FieldRule]
    let checker: FieldChecker
    private let places: [String: Int]

    init(_ target: RecordTarget, write: PlanTarget) {
        var allowed = AllowedValues()
        names = ColumnNames(target.table)
        planned = target.table.columns.map(write.planned)
        rules = planned.map { planned in
            var rule = FieldRule(.column(planned), emptyIs: .text, output: 0)
            rule.isRequired = false
            rule.enumeration = planned.enumeration.map { allowed.add($0) }
            if planned.refusesNull {
                rule.nullMeaning = .refused
            } else if planned.column.isAutomatic, write.operation == .insert {
                // Where a record is made, NULL in an automatic column means: make a value.
                rule.nullMeaning = .absent
            }
            return rule
        }
        checker = FieldChecker(allowed: allowed, tenant: Array((target.tenant?.value.text ?? "").utf8))
        places = Dictionary(
            target.table.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The column's place in the table.
    func place(of name: String) -> Int? { places[name] }
}
