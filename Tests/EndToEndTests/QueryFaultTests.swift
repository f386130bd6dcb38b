import PostgresHarness
import Testing

@Suite("Queries on a bad day", .serialized, .timeLimit(.minutes(5)))
struct QueryFaultTests {
    enum Mishap: String, CaseIterable {
        case killedNodes, cutConnections, restartedServer
    }

    struct Run: Sendable, CustomTestStringConvertible {
        let mishap: Mishap
        let seed = UInt64.random(in: 0...999_999)

        var testDescription: String { "\(mishap.rawValue), seed \(seed)" }
    }

    static let runs = Mishap.allCases.map { Run(mishap: $0) }

    @Test("cut off at random moments, a query gives its rows whole, in order and once", arguments: runs)
    func cutOff(run: Run) async throws {
        var moments = Moments(seed: run.seed)
        let cluster =
            run.mishap == .restartedServer
            ? try await PostgresCluster.make() : try await PostgresCluster.shared()
        let bench = try await TestBench(cluster: cluster)
        let query = KnownQuery(rows: 100_000)
        try await query.fill(bench)
        let nodes = try await NodeGroup(bench, count: 3)
        try await query.endure(4, on: nodes, &moments) { moments in
            switch run.mishap {
            case .killedNodes: try await nodes.killOne(using: &moments)
            case .cutConnections: try await nodes.cutConnections()
            case .restartedServer: try await cluster.restart(immediate: true)
            }
        }
    }
}
