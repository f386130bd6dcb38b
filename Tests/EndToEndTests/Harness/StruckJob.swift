import Testing

/// A job whose end is known beforehand, whatever befalls it on the way.
protocol StruckJob: Sendable {
    /// Sets a new job going; gives its id.
    func begin(_ bench: TestBench, _ client: BulkClient) async throws -> String

    /// Waits for the job's end and looks whether all is as it must be.
    func expectEnd(_ job: String, _ bench: TestBench, _ client: BulkClient) async throws
}

extension StruckJob {
    /// Strikes so many times at random moments, only while a job is on its way: another begins when one ends before.
    func endure(
        _ blowsWanted: Int, on nodes: NodeGroup, _ moments: inout Moments,
        blow: (inout Moments) async throws -> Void
    ) async throws {
        var (blows, rounds) = (0, 0)
        while blows < blowsWanted {
            rounds += 1
            try #require(rounds <= 4 * blowsWanted, "jobs end before anything can happen to them")
            let job = try await begin(nodes.bench, nodes.client())
            while blows < blowsWanted {
                try await moments.come(within: 150)
                let state = try await nodes.client().send("GET", "/bulk/jobs/\(job)")["state"]
                guard state != "JobComplete" else { break }
                try await blow(&moments)
                blows += 1
            }
            try await expectEnd(job, nodes.bench, nodes.client())
        }
    }
}
