import Engine
import Planning

/// Records of a chunk in rounds: a key occurs once in each, and its records keep the file's order from round
/// to round.
struct KeyRounds {
    /// At least one round, each in file order.
    let rounds: [[Int]]

    /// More rounds than this, and statements find a round's records by an index.
    private static let roundsUnindexed = 50

    init(_ target: ChunkTarget, _ staging: StagingTable, _ records: [Int]) throws(ServerFailure) {
        let key = target.keyColumns.map { SQLText.quoted(target.columns[$0].column.name) }.joined(
            separator: ", ")
        let repeated = try target.session.execute(
            """
            SELECT record, place FROM (
                SELECT \(StagingTable.record) AS record, row_number() OVER (
                    PARTITION BY \(key) ORDER BY \(StagingTable.record)) AS place
                FROM \(StagingTable.name) WHERE (\(key)) IN (
                    SELECT \(key) FROM \(StagingTable.name) GROUP BY \(key) HAVING count(*) > 1)) AS numbered
            WHERE place > 1
            """)
        var places: [Int: Int] = [:]
        for row in 0..<repeated.count {
            if let record = repeated.integer(row, 0) { places[record] = repeated.integer(row, 1) ?? 1 }
        }
        var rounds = [[Int]](repeating: [], count: places.values.max() ?? 1)
        for record in records { rounds[(places[record] ?? 1) - 1].append(record) }
        self.rounds = rounds
        guard rounds.count > Self.roundsUnindexed else { return }
        try staging.index()
    }
}
