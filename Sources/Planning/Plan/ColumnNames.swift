/// Finds a table's columns by the names that an input gives.
struct ColumnNames {
    /// Unknown names of one request that get a hint: each costs a comparison with every column.
    static let hintsMax = 10

    private let table: TableDescription
    private var exact: [String: ColumnDescription] = [:]
    /// By lower-case name; nil value where several columns share it.
    private var folded: [String: ColumnDescription?] = [:]

    init(_ table: TableDescription) {
        self.table = table
        for column in table.columns {
            exact[column.name] = column
            let name = Self.fold(column.name)
            folded[name] = .some(folded[name] == nil ? column : nil)
        }
    }

    /// The column of exactly that name, else the only one that differs in case and outer spaces alone.
    func column(_ name: String) -> ColumnDescription? {
        exact[name] ?? folded[Self.fold(name)] ?? nil
    }

    /// What to tell a caller who named a column that is not there, with the name that was probably meant if `hints`.
    func unknownMessage(_ name: String, hints: Bool = true) -> String {
        let writable = hints ? table.columns.filter { !$0.isGenerated }.map(\.name) : []
        let hint = NearestName.of(name, among: writable).map { "; did you mean \"\($0)\"?" } ?? "."
        return "Table \"\(table.name)\" has no column \"\(name)\"\(hint)"
    }

    /// What names have in common that differ in case and outer spaces alone.
    static func fold(_ name: String) -> String { name.trimmingSpaces.lowercased() }
}
