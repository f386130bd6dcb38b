import StoreConformance
import Testing

@Suite("PostgreSQL keeps what a store promises", .serialized)
struct ConformanceTests {
    @Test("the suite", arguments: StoreConformance.cases)
    func promise(_ promise: ConformanceCase) async throws {
        try await promise.run(PostgresFixture())
    }

    @Test("the suite for stores that many nodes share", arguments: SharedStoreConformance.cases)
    func sharedPromise(_ promise: ConformanceCase) async throws {
        try await promise.run(PostgresFixture())
    }
}
