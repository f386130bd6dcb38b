import BulkModel

/// Finds out where the input's names go that a job maps (`JobOptions.mapping`), and what is wrong with the mapping itself.
struct MappedNames {
    /// Where the values of one mapped name go.
    struct Target {
        let source: String
        let column: ColumnDescription
        let isJSON: Bool
    }

    private let targets: [Target]
    private var exact: [String: Int] = [:]
    /// By lower-case name; nil value where several sources share it.
    private var folded: [String: Int?] = [:]

    /// Refuses unknown and unwritable columns, and columns and sources that come twice: all of them at once, each by the
    /// source's name.
    init(
        _ mapping: [FieldMapping], in names: ColumnNames, writes: Bool
    ) throws(Refusal) {
        var targets: [Target] = []
        var faults: [Refusal.Detail] = []
        var sources: [String: String] = [:]
        for entry in mapping {
            let field = "mapping.\(entry.source)"
            guard let column = names.column(entry.column) else {
                let message = names.unknownMessage(entry.column)
                faults.append(Refusal.Detail(field: field, code: .unknownColumn, message: message))
                continue
            }
            targets.append(Target(source: entry.source, column: column, isJSON: entry.isJSON))
            let other = sources.updateValue(entry.source, forKey: column.name)
            let reason = Self.refusal(of: column, after: other, writes: writes)
            guard let reason else { continue }
            faults.append(Refusal.Detail(field: field, code: .invalidRequest, message: reason))
        }
        for source in Self.repeated(mapping) {
            let message = "\"\(source)\" is mapped more than once; leave one."
            faults.append(
                Refusal.Detail(field: "mapping.\(source)", code: .invalidRequest, message: message))
        }
        self.targets = targets
        for (index, target) in targets.enumerated() {
            exact[target.source] = index
            let name = ColumnNames.fold(target.source)
            folded[name] = .some(folded[name] == nil ? index : nil)
        }
        guard let first = faults.first else { return }
        throw Refusal(
            first.code, issue: "invalid_mapping", faults.prefix(10).map(\.message).joined(separator: " "),
            details: faults)
    }

    /// Where the values of that input go: by its very name, else by case and outer spaces as columns are found; nil when it
    /// is not mapped.
    func target(of name: String) -> Target? {
        guard !targets.isEmpty else { return nil }
        let index = exact[name] ?? folded[ColumnNames.fold(name)] ?? nil
        return index.map { targets[$0] }
    }

    /// The keys that JSON records have for these columns; a column whose name is another one's source has none of its own.
    func keys(for columns: [ColumnDescription]) -> [String] {
        columns.compactMap { column in
            if let target = targets.first(where: { $0.column.name == column.name }) { return target.source }
            return exact[column.name] == nil ? column.name : nil
        }
    }

    /// The targets whose sources are not among these.
    func missing(besides found: Set<String>) -> [Target] { targets.filter { !found.contains($0.source) } }

    private static func refusal(
        of column: ColumnDescription, after other: String?, writes: Bool
    ) -> String? {
        if let other {
            return "Column \"\(column.name)\" takes values of \"\(other)\" already; map one name to it."
        }
        guard column.isGenerated, writes else { return nil }
        return "Column \"\(column.name)\" is computed by the database and cannot be written."
    }

    private static func repeated(_ mapping: [FieldMapping]) -> [String] {
        var counts: [String: Int] = [:]
        for entry in mapping { counts[entry.source, default: 0] += 1 }
        return counts.filter { $0.value > 1 }.keys.sorted()
    }
}
