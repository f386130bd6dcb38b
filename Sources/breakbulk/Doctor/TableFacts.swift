/// What `doctor` knows of a table of the database.
struct TableFacts: Hashable, Sendable {
    let name: String
    let columns: Set<String>
    let hasPrimaryKey: Bool
}
