import Planning

/// A rule of a table that a record of a job broke: what other records of the job may break too.
enum Breach: Hashable, Sendable {
    /// A column that must have a value has none.
    case missing(column: String)
    case check(name: String)
    /// A unique index has the key already.
    case taken(index: String)
    /// A foreign key finds no parent.
    case orphan(key: String)
    /// Anything else: only the whole record shows it, or only the insert itself does.
    case other

    init(_ failure: ServerFailure, of table: PostgresTable) {
        // What a trigger says may be about any table.
        guard !table.description.hasTriggers, !failure.isRaised, !failure.isPolicyViolation else {
            self = .other
            return
        }
        let name = failure.constraint
        switch failure.state {
        case "23502": self = failure.column.map { .missing(column: $0) } ?? .other
        case "23514":
            self = table.checks.contains { $0.name == name } ? .check(name: name ?? "") : .other
        case "23505":
            let index = table.uniqueIndexes.first {
                $0.name == name || name.map($0.partitionNames.contains) == true
            }
            self = index.map { .taken(index: $0.name) } ?? .other
        case "23503":
            let key = table.foreignKeys.first { $0.name == name && $0.parentTable != table.sqlName }
            self = key.map { .orphan(key: $0.name) } ?? .other
        default: self = .other
        }
    }

    /// True when the column may take part in the rule; true for some that do not.
    func concerns(_ column: String, of table: PostgresTable) -> Bool {
        let quoted = SQLText.quoted(column)
        return texts(in: table).contains { $0.contains(column) || $0.contains(quoted) }
    }

    /// SQL that names all columns of the rule.
    private func texts(in table: PostgresTable) -> [String] {
        switch self {
        case .missing(let column): [column]
        case .check(let name): table.checks.filter { $0.name == name }.map(\.expression)
        case .taken(let name):
            table.uniqueIndexes.filter { $0.name == name }.flatMap { index in
                index.expressions + (index.predicate.map { [$0] } ?? [])
            }
        case .orphan(let name): table.foreignKeys.filter { $0.name == name }.flatMap(\.columns)
        case .other: []
        }
    }
}
