import BulkModel
import Engine
import Planning

/// A running insert of customers on a store that nodes share: cuts, leases and applies its chunks.
struct SharedBench {
    let bench: Bench
    let store: any SharedStore

    var job: JobID { bench.job }

    /// Makes a job in progress that has read `read` records.
    init(_ fixture: any StoreFixture, read: Int, job: String = "bulk-job-1") async throws {
        store = try Self.store(fixture)
        bench = try await Bench(
            fixture, .insert, "customers", columns: ["email", "name"], read: read, job: job)
    }

    static func store(_ fixture: any StoreFixture) throws -> any SharedStore {
        guard let store = fixture.store as? any SharedStore else {
            throw ConformanceFailure("the store is not made for many nodes")
        }
        return store
    }

    /// Cuts these chunks one after another.
    func cut(_ chunks: Range<Int>...) async throws {
        for records in chunks {
            try expect(try await store.cut(records, of: job, openMax: 100), "records \(records) are cut")
        }
    }

    /// Leases the next free chunk, which must be this one.
    func lease(_ records: Range<Int>) async throws -> any ChunkLease {
        guard let lease = try await store.lease(job) else {
            throw ConformanceFailure("expected a lease of \(records), got none")
        }
        try expect(lease.records, records, "the leased records")
        return lease
    }

    /// The chunk of the lease: customers with the records' numbers.
    func chunk(_ records: Range<Int>) -> Chunk {
        bench.chunk(
            records.map { [.text("m\($0)@x.org"), .text("N\($0)")] }, first: records.lowerBound)
    }
}
