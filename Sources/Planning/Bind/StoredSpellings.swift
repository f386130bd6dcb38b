/// The stored spellings of a batch's columns; costs nothing where no column has one of its own.
struct StoredSpellings: Sendable {
    private let spellings: [(column: Int, spelling: StoredSpelling)]
    private let columnCount: Int

    init(_ columns: [PlannedColumn]) {
        columnCount = columns.count
        spellings = columns.indices.compactMap { index in
            StoredSpelling(columns[index].column).map { (index, $0) }
        }
    }

    /// Settles checked values, row by row in `values`, whose texts lie in `bytes`; to be called once.
    func settle(_ values: inout [BoundValue], in bytes: inout [UInt8]) {
        for (column, spelling) in spellings {
            var index = column
            while index < values.count {
                values[index] = spelling.settle(values[index], in: &bytes)
                index += columnCount
            }
        }
    }
}
