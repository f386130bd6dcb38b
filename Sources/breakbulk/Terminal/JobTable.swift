import BulkModel

/// Jobs as an aligned table.
enum JobTable {
    /// A heading and one line a job.
    static func lines(_ jobs: [JobView]) -> [String] {
        let rows = [["JOB", "STATE", "OPERATION", "TABLE", "RECORDS", "FAILED", "CREATED"]] + jobs.map(cells)
        return aligned(rows)
    }

    /// Columns padded to their widest cell, two spaces between them.
    static func aligned(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { index in rows.map { $0.count > index ? $0[index].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }
            return cells.joined(separator: "  ")
        }
    }

    private static func cells(_ job: JobView) -> [String] {
        [
            job.id, job.stateName, job.operation, job.table, Figures.grouped(job.counts.read),
            Figures.grouped(job.counts.failed), job.createdAt,
        ]
    }
}
