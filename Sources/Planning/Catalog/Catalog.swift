/// The tables that callers may use, with what the configuration adds to each; job tables are not among them.
package struct Catalog: Sendable {
    package var tables: [String: TableDescription]
    package var rules: [String: TableRules]

    package init(tables: [TableDescription], rules: [String: TableRules] = [:]) {
        self.tables = Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.rules = rules
    }

    /// The rules of a table; those without any in the configuration have empty ones.
    package func rules(of table: String) -> TableRules { rules[table] ?? TableRules() }
}
