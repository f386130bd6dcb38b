/// Which rows of the staging table a statement works on.
enum StagedRows {
    /// All of them, without a parameter.
    case all
    /// Those of the records that the first parameter names.
    case chosen

    /// The statement's `s`.
    ///
    /// Not a join with the numbers: the planner takes that for one of many rows each, and reads the whole target table.
    var sql: String {
        switch self {
        case .all: "\(StagingTable.name) AS s"
        case .chosen:
            "(SELECT * FROM \(StagingTable.name) WHERE \(StagingTable.record) IN (SELECT unnest($1::bigint[]))) AS s"
        }
    }

    /// Parameters before the statement's own.
    func parameters(_ records: [Int]) -> [Parameter] {
        switch self {
        case .all: []
        case .chosen: [.integers(records)]
        }
    }
}
