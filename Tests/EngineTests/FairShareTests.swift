import BulkModel
import Testing

@testable import Engine

@Suite("Fair share")
struct FairShareTests {
    private func turns(_ jobs: [(String, String)], count: Int, ready: Set<String>? = nil) -> String {
        var share = FairShare()
        for (tenant, job) in jobs { share.add(JobID(job), of: TenantID(tenant)) }
        return (0..<count).compactMap { _ in
            share.next { ready?.contains($0.text) ?? true }?.text
        }.joined()
    }

    @Test("tenants take turns, and so do the jobs of each")
    func takesTurns() {
        #expect(turns([("t", "1")], count: 3) == "111")
        #expect(turns([("t", "1"), ("t", "2")], count: 4) == "1212")
        #expect(turns([("t", "1"), ("u", "a")], count: 4) == "1a1a")
        #expect(turns([("t", "1"), ("t", "2"), ("t", "3"), ("u", "a")], count: 8) == "1a2a3a1a")
        #expect(turns([("t", "1"), ("u", "a"), ("t", "1")], count: 4) == "1a1a")
    }

    @Test("a job that is not ready is passed over and keeps its place")
    func passesOver() {
        #expect(turns([("t", "1"), ("t", "2"), ("u", "a")], count: 4, ready: ["2", "a"]) == "2a2a")
        #expect(turns([("t", "1"), ("u", "a")], count: 3, ready: []) == "")
    }

    @Test("a job that was taken out gets no turn")
    func removes() {
        var share = FairShare()
        share.add(JobID("1"), of: TenantID("t"))
        share.add(JobID("2"), of: TenantID("t"))
        share.remove(JobID("1"))
        #expect(share.next { _ in true } == JobID("2"))
        share.remove(JobID("2"))
        #expect(share.next { _ in true } == nil)
    }
}
