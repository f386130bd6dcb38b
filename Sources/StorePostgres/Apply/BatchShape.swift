import Planning

/// Which columns the records of a chunk bring: all, some or none of them each.
struct BatchShape {
    enum Presence {
        /// No record brings it.
        case none
        case some
        /// Every record does.
        case all
    }

    /// One for each batch column.
    let presences: [Presence]

    /// `records` are those to be applied, indexes from 0.
    init(_ view: BatchView, _ records: [Int]) {
        var brought = [Int](repeating: 0, count: view.columnCount)
        brought.withUnsafeMutableBufferPointer { counts in
            for record in records {
                let row = view.row(record)
                for column in 0..<view.columnCount where !row[column].isAbsent { counts[column] += 1 }
            }
        }
        presences = brought.map { $0 == 0 ? .none : $0 == records.count ? .all : .some }
    }
}
